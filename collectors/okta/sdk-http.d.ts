/** The part of the SDK that client.ts uses. The package's own types of this file ask for a login that is optional. */
declare module '@okta/okta-sdk-nodejs/src/http.js' {
  export interface SentRequest {
    url: string
    method: string
    headers: Record<string, string>
  }

  export class Http {
    constructor(config: {
      requestExecutor: { fetch(request: SentRequest): Promise<Response> }
      /** `null` turns caching off. */
      cacheMiddleware: null
    })
    /** @throws OktaApiError or HttpError, both with `status`, for a status other than 2xx */
    http(url: string, request: Omit<SentRequest, 'url'>): Promise<Response>
  }
}
