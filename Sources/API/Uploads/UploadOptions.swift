internal import Domain
internal import HTTPTypes

/// The options of an upload, from its query and form fields.
struct UploadOptions {
    var name: String?
    var details = ImageDetails()
    var placement = AlbumPlacement()
    var verify = false

    init(_ request: HTTPRequest) throws {
        let query = try QueryParameters(
            request.target,
            known: Set(
                [
                    "name", "title", "description", "tags", "visibility", "public_original", "public_place",
                    "external_id", "attributes", "verify",
                ] + AlbumPlacement.fields),
            repeatable: ["tags"])
        name = query.text("name")
        verify = try query.flag("verify")
        for (field, value) in request.target.query where ImageDetails.fields.contains(field) {
            try details.set(field, to: value)
        }
        for (field, value) in request.target.query where AlbumPlacement.fields.contains(field) {
            try placement.set(field, to: value)
        }
    }
}

extension AlbumPlacement {
    /// The titles of a path of albums, which have slashes between them.
    static func titles(of path: String) -> [String] {
        path.split(separator: "/").map { String($0).trimmed }.filter { !$0.isEmpty }
    }

    /// The fields of a form, and the parameters of a query, that say which album gets an upload.
    static let fields = ["album", "album_path", "share_private"]

    /// Reads a field.
    ///
    /// - Throws: a problem that names the field if its value is invalid.
    mutating func set(_ field: String, to value: String) throws {
        switch field {
        case "album":
            guard let id = AlbumID(value) else {
                throw Problem.badRequest(
                    "The field 'album' must be the id of an album, not '\(value.prefix(100))'.", at: .parameter(field))
            }
            album = id
        case "album_path":
            path = Self.titles(of: value)
        default:
            guard let flag = ["true": true, "false": false][value] else {
                throw Problem.badRequest(
                    "The field 'share_private' must be true or false, not '\(value.prefix(100))'.",
                    at: .parameter(field))
            }
            sharesPrivate = flag
        }
    }
}

extension ImageDetails {
    /// The problem of a field that a form does not have.
    static func unknown(_ field: String) -> Problem {
        .badRequest(
            "There is no field '\(field.prefix(100))' here; there are: file, \((Self.fields + AlbumPlacement.fields).joined(separator: ", ")).",
            at: .parameter(field))
    }

    /// The fields of a form.
    static let fields = [
        "title", "description", "tags", "tag", "visibility", "public_original", "public_place", "external_id",
        "attributes",
    ]

    /// Reads a field of a form, or a parameter of a query that has the same meaning.
    ///
    /// - Throws: a problem that names the field if it is unknown or has an invalid value.
    mutating func set(_ field: String, to value: String) throws {
        switch field {
        case "title": title = value
        case "description": description = value
        case "tags", "tag": tags += value.split(separator: ",").map { String($0) }
        case "visibility":
            guard let visibility = Visibility(rawValue: value) else {
                throw Problem.badRequest(
                    "The field 'visibility' must be public or private, not '\(value.prefix(100))'.",
                    at: .parameter(field))
            }
            self.visibility = visibility
        case "public_original": publicOriginal = try Self.flag(value, of: field)
        case "public_place": publicPlace = try Self.flag(value, of: field)
        case "external_id": externalID = value
        case "attributes":
            do {
                attributes = try JSONBody.decode(
                    open: [String: JSONValue].self, from: Array(value.utf8), of: "The field 'attributes'")
            } catch var problem as Problem {
                problem.fault = .parameter(field)
                throw problem
            }
        default: throw Self.unknown(field)
        }
    }

    private static func flag(_ value: String, of field: String) throws -> Bool {
        guard let flag = ["true": true, "false": false][value] else {
            throw Problem.badRequest(
                "The field '\(field)' must be true or false, not '\(value.prefix(100))'.", at: .parameter(field))
        }
        return flag
    }
}
