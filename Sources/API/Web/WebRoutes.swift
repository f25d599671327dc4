internal import Domain
internal import HTTPTypes
public import Services

/// The pages, and the description of the API.
public struct WebRoutes: Sendable {
    private let library: Library

    public init(library: Library) { self.library = library }

    public var routes: [Route] {
        [
            Route(.get, "/", access: .open) { Self.page(PackageResources.index_html, "text/html; charset=utf-8", $0) },
            Route(.get, "/assets/gallery.js", access: .open) {
                Self.page(PackageResources.gallery_js, "text/javascript", $0)
            },
            Route(.get, "/assets/account.js", access: .open) {
                Self.page(PackageResources.account_js, "text/javascript", $0)
            },
            Route(.get, "/assets/api.js", access: .open) { Self.page(PackageResources.api_js, "text/javascript", $0) },
            Route(.get, "/assets/gallery.css", access: .open) {
                Self.page(PackageResources.gallery_css, "text/css", $0)
            },
            Route(.get, "/assets/icon.svg", access: .open) {
                Self.page(PackageResources.icon_svg, "image/svg+xml", $0)
            },
            Route(.get, "/v1/openapi.json", access: .open) {
                Self.page(PackageResources.openapi_json, "application/json", $0)
            },
        ]
    }

    private static func page(_ bytes: [UInt8], _ type: String, _ call: Call) -> HTTPResponse {
        HTTPResponse(
            .ok,
            fields: [
                "Content-Type": type,
                "Cache-Control": "no-cache",
                "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'; base-uri 'none'",
                "Referrer-Policy": "same-origin",
            ], body: .bytes(bytes))
    }
}
