// swift-tools-version: 6.2
// The plan of the house: folders of Sources/ are floors, targets are rooms, and a room imports only rooms of floors below
// its own. docs/architecture.md explains it; `make check` enforces it.
import PackageDescription

/// Settings that hold in every room: C types cannot leave a driver by accident, and every import says what it is for.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// A room of one floor.
///
/// - Parameter isArithmetic: whether it works on every sample of a picture: unoptimised, that takes a hundred times as
///   long, and no test of pictures would come to an end.
func room(
    _ floor: String, _ name: String, _ dependencies: [Target.Dependency] = [], isArithmetic: Bool = false
) -> Target {
    .target(
        name: name, dependencies: dependencies, path: "Sources/\(floor)/\(name)",
        swiftSettings: settings + (isArithmetic ? [.unsafeFlags(["-O"])] : []))
}

/// A C library of the system, found by pkg-config.
func system(_ name: String, _ pkgConfig: String, _ package: String) -> Target {
    .systemLibrary(
        name: name, path: "Sources/CLibraries/\(name)", pkgConfig: pkgConfig, providers: [.apt([package])])
}

/// The unit tests of one room.
///
/// - Parameter files: files of the folder that are no sources.
func tests(_ name: String, _ dependencies: [Target.Dependency], files: [String] = []) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: dependencies, path: "Tests/\(name)Tests", exclude: files,
        swiftSettings: settings)
}

let libraries: [Target] = [
    system("CVips", "vips", "libvips-dev"),
    system("CRsvg", "librsvg-2.0", "librsvg2-dev"),
    system("CJXL", "libjxl", "libjxl-dev"),
    system("CSQLite", "sqlite3", "libsqlite3-dev"),
    system("CMicrohttpd", "libmicrohttpd", "libmicrohttpd-dev"),
    system("CGnuTLS", "gnutls", "libgnutls28-dev"),
    system("COpenSSL", "libcrypto", "libssl-dev"),
    system("CSodium", "libsodium", "libsodium-dev"),
    system("CJOSE", "cjose", "libcjose-dev"),
    system("CZlib", "zlib", "zlib1g-dev"),
    system("CBrotli", "libbrotlidec", "libbrotli-dev"),
    system("CCurl", "libcurl", "libcurl4-openssl-dev"),
    system("CTurboJPEG", "libturbojpeg", "libturbojpeg0-dev"),
    system("CSeccomp", "libseccomp", "libseccomp-dev"),
    .target(
        name: "CSystem", path: "Sources/CLibraries/CSystem",
        // The commit that is built, if whoever builds names it, as the Makefile does.
        cSettings: Context.environment["TINTYPE_COMMIT"].map { [.define("TINTYPE_COMMIT", to: "\"\($0)\"")] } ?? []),
    // toml++ is all headers: what is built here is its C interface.
    .target(name: "CTOML", path: "Sources/CLibraries/CTOML"),
    .target(
        name: "CResampling", path: "Sources/CLibraries/CResampling", cSettings: [.unsafeFlags(["-O3"])]),
]

let foundations: [Target] = [
    room("Foundations", "Chronology", ["TextCoding"]),
    room("Foundations", "Streams"),
    room("Foundations", "TextCoding"),
    room("Foundations", "Resampling", ["CResampling"], isArithmetic: true),
    room("Foundations", "SystemIO", ["Runtime", "Streams", "CSystem", "CSeccomp"]),
    room("Foundations", "Crypto", ["COpenSSL", "CZlib"]),
    room("Foundations", "Telemetry", ["Runtime", "SystemIO"]),
    room("Foundations", "Runtime"),
    room("Foundations", "CommandLine"),
]

let model: [Target] = [
    room("Model", "Domain", ["Chronology", "TextCoding"]),
    room("Model", "FileFormats", ["Domain"]),
    room("Model", "SearchLanguage", ["Domain"]),
    room("Model", "Transformations", ["Domain"]),
    room("Model", "IIIF", ["Domain", "Transformations"]),
    room("Model", "ZipFormat", ["Chronology"]),
    room("Model", "StreamedJSON", ["Domain"]),
    room("Model", "HTTPTypes", ["Chronology", "Streams", "SystemIO"]),
]

let drivers: [Target] = [
    room("Drivers", "SQL"),
    room("Drivers", "SQLite", ["SQL", "Runtime", "CSQLite"]),
    room("Drivers", "Sodium", ["CSodium"]),
    room("Drivers", "JOSE", ["CJOSE"]),
    room("Drivers", "Vips", ["CVips"]),
    room("Drivers", "JPEGXL", ["CJXL"]),
    room("Drivers", "Rsvg", ["CRsvg"], isArithmetic: true),
    room("Drivers", "TurboJPEG", ["CTurboJPEG"]),
    room("Drivers", "TOML", ["CTOML"]),
    room("Drivers", "Decompression", ["CZlib", "CBrotli"]),
    room(
        "Drivers", "HTTPServer",
        ["HTTPTypes", "Chronology", "Streams", "SystemIO", "Runtime", "CMicrohttpd", "CGnuTLS"]),
    room("Drivers", "HTTPClient", ["HTTPTypes", "SystemIO", "Runtime", "CCurl"]),
]

let stores: [Target] = [
    room("Stores", "BlobStorage", ["Domain", "SystemIO", "Crypto", "Runtime"]),
    room("Stores", "RenditionStorage", ["Domain", "TextCoding", "Crypto", "SystemIO", "Runtime"]),
    room("Stores", "CatalogStorage", ["Domain", "StreamedJSON", "TextCoding", "SQL", "Runtime"]),
    room("Stores", "PasswordHashing", ["Sodium", "Runtime", "SystemIO"]),
    room("Stores", "KeyStorage", ["Domain", "TextCoding", "JOSE", "Sodium", "Runtime", "SystemIO"]),
    room(
        "Stores", "Imaging",
        [
            "Domain", "Transformations", "FileFormats", "JPEGXL", "Resampling", "Decompression", "Rsvg", "TurboJPEG",
            "Vips", "SystemIO",
            "Runtime",
        ]),
]

let services: [Target] = [
    .target(
        name: "Services",
        dependencies: [
            "Domain", "SearchLanguage", "Transformations", "FileFormats", "ZipFormat", "BlobStorage",
            "RenditionStorage",
            "CatalogStorage", "Imaging", "KeyStorage", "PasswordHashing", "SQL",
            "Sodium", "JOSE",
            "SystemIO", "Crypto", "Runtime", "Streams", "Telemetry", "TextCoding",
        ],
        path: "Sources/Services", resources: [.embedInCode("Accounts/common-passwords.bin")],
        swiftSettings: settings)
]

let api: [Target] = [
    .target(
        name: "API",
        dependencies: [
            "Services", "Domain", "SearchLanguage", "StreamedJSON", "Transformations", "IIIF", "HTTPTypes", "Runtime",
            "Streams", "SystemIO", "Crypto",
            "Telemetry", "TextCoding",
        ],
        path: "Sources/API",
        resources: ["index.html", "gallery.css", "gallery.js", "account.js", "api.js", "icon.svg", "openapi.json"].map {
            .embedInCode("Web/Pages/\($0)")
        },
        swiftSettings: settings)
]

let client: [Target] = [
    .target(
        name: "Client",
        dependencies: [
            "HTTPClient", "HTTPTypes", "StreamedJSON", "Domain", "FileFormats", "Chronology", "Crypto", "Runtime",
            "SystemIO", "TextCoding",
        ],
        path: "Sources/Client", swiftSettings: settings)
]

let composition: [Target] = [
    .target(
        name: "Composition",
        dependencies: [
            "API", "Client", "Services", "BlobStorage", "RenditionStorage", "CatalogStorage", "Imaging", "KeyStorage",
            "PasswordHashing", "SQLite", "Sodium", "TOML", "Vips", "Crypto", "HTTPServer", "HTTPClient", "HTTPTypes",
            "Domain",
            "Transformations",
            "CommandLine", "Runtime", "SystemIO", "Telemetry",
        ],
        path: "Sources/Composition", swiftSettings: settings)
]

let executables: [Target] = [
    .executableTarget(
        name: "tintype",
        dependencies: [
            "Composition", "Client", "Services", "API", "Imaging", "KeyStorage", "PasswordHashing", "HTTPClient",
            "HTTPTypes", "Domain", "Crypto", "Telemetry", "SystemIO", "Runtime", "CommandLine", "TextCoding",
        ],
        path: "Sources/Executables/tintype", swiftSettings: settings)
]

let unitTests: [Target] = [
    .target(
        name: "CorpusFiles", dependencies: ["Domain"], path: "Tests/CorpusFiles", swiftSettings: settings),
    tests("Runtime", ["Runtime"]),
    tests("TextCoding", ["TextCoding"]),
    tests("Streams", ["Streams"]),
    tests("Crypto", ["Crypto"]),
    tests("Resampling", ["Resampling"]),
    tests("CommandLine", ["CommandLine"]),
    tests("SystemIO", ["SystemIO"]),
    tests("Domain", ["Domain"]),
    tests("SearchLanguage", ["SearchLanguage", "Domain"]),
    tests("Transformations", ["Transformations", "Domain"]),
    tests("IIIF", ["IIIF", "Transformations", "Domain"]),
    tests("FileFormats", ["CorpusFiles", "FileFormats", "Domain"]),
    tests("ZipFormat", ["ZipFormat", "Chronology"]),
    tests("StreamedJSON", ["StreamedJSON", "Domain"]),
    tests("HTTPTypes", ["HTTPTypes", "Chronology", "Streams", "SystemIO"]),
    .target(
        name: "TestCertificates", dependencies: ["CGnuTLS"], path: "Tests/TestCertificates", swiftSettings: settings),
    tests("HTTPServer", ["HTTPServer", "HTTPTypes", "Runtime", "Streams", "SystemIO", "TestCertificates"]),
    tests("HTTPClient", ["HTTPClient", "HTTPServer", "HTTPTypes", "Runtime", "Streams", "SystemIO"]),
    tests("Client", ["Client", "HTTPClient", "HTTPTypes", "Domain", "SystemIO"]),
    tests("BlobStorage", ["BlobStorage", "Domain", "Runtime", "Streams", "SystemIO"]),
    tests("RenditionStorage", ["RenditionStorage", "Domain", "Runtime", "SystemIO"]),
    tests(
        "Services",
        [
            "JOSE",
            "BlobStorage", "CatalogStorage", "Composition", "Services", "Domain", "TestApplication", "TextCoding",
            "Transformations",
            "KeyStorage", "PasswordHashing", "Sodium", "Runtime", "SystemIO", "Telemetry",
        ]),
    .target(
        name: "TestApplication",
        dependencies: [
            "API", "CatalogStorage", "Composition", "Domain", "HTTPTypes", "KeyStorage", "Runtime", "Services",
            "Streams",
            "SystemIO", "Telemetry",
        ], path: "Tests/TestApplication", swiftSettings: settings),
    tests(
        "API",
        [
            "API", "CatalogStorage", "Composition", "Crypto", "Domain", "HTTPServer", "HTTPTypes", "Imaging", "Runtime",
            "Services", "Streams",
            "SystemIO", "Telemetry", "TestApplication", "Transformations",
        ]),
    tests(
        "Composition",
        [
            "BlobStorage", "CatalogStorage", "CommandLine", "Composition", "Domain", "HTTPServer", "Imaging",
            "Runtime", "Services", "SystemIO", "Telemetry", "TestApplication", "TestCertificates", "Transformations",
        ]),
    tests("JOSE", ["JOSE", "Sodium", "TextCoding"]),
    tests("Sodium", ["Sodium"]),
    tests("KeyStorage", ["KeyStorage", "JOSE", "Domain", "Runtime", "SystemIO"]),
    tests("TurboJPEG", ["TurboJPEG"]),
    tests("Decompression", ["Decompression"]),
    tests("TOML", ["TOML"]),
    tests("SQL", ["SQL"]),
    tests("SQLite", ["SQLite", "SQL"]),
    tests(
        "CatalogStorage", ["CatalogStorage", "TextCoding", "Domain", "Runtime", "SearchLanguage", "SQL", "SQLite"],
        files: ["former-schema.sql"]),
    tests("Imaging", ["CorpusFiles", "Imaging", "Domain", "FileFormats", "SystemIO", "Transformations", "Vips"]),
]

/// `make threads` names the tests that it runs, so that it does not build the others and the program as well.
let selectedTests = Context.environment["TINTYPE_TEST_TARGETS"].map { $0.split(separator: "|").map(String.init) }
let programs = selectedTests == nil ? executables : []
let testTargets = unitTests.filter { target in
    selectedTests.map { target.type != .test || $0.contains(target.name) } ?? true
}

let package = Package(
    name: "tintype",
    targets: libraries + foundations + model + drivers + stores + services + api + client + composition + programs
        + testTargets,
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)
