internal import Domain
internal import SQL

extension SQLRow {
    func digest(_ column: SQLColumn) throws -> Digest {
        guard let digest = Digest(bytes: try blob(column)) else { throw malformed(column) }
        return digest
    }

    func digestIfPresent(_ column: SQLColumn) throws -> Digest? {
        try blobIfPresent(column) == nil ? nil : try digest(column)
    }

    func identity<ID: Identity>(_ column: SQLColumn, as type: ID.Type = ID.self) throws -> ID {
        guard let id = ID(bytes: try blob(column)) else { throw malformed(column) }
        return id
    }

    func identityIfPresent<ID: Identity>(_ column: SQLColumn, as type: ID.Type = ID.self) throws -> ID? {
        try blobIfPresent(column) == nil ? nil : try identity(column, as: type)
    }

    func timestamp(_ column: SQLColumn) throws -> Timestamp { Timestamp(microseconds: try integer(column)) }

    func timestampIfPresent(_ column: SQLColumn) throws -> Timestamp? {
        try integerIfPresent(column).map(Timestamp.init(microseconds:))
    }

    func int(_ column: SQLColumn) throws -> Int { Int(try integer(column)) }

    func word<Word: RawRepresentable<String>>(_ column: SQLColumn, as type: Word.Type = Word.self) throws -> Word {
        guard let word = Word(rawValue: try text(column)) else { throw malformed(column) }
        return word
    }

    func blobKey(_ column: SQLColumn) throws -> BlobKey {
        guard let key = BlobKey(path: try text(column)) else { throw malformed(column) }
        return key
    }

    /// A number as in Exif.
    func orientation(_ column: SQLColumn) throws -> Orientation {
        guard let orientation = Orientation(exif: try int(column)) else { throw malformed(column) }
        return orientation
    }

    func malformed(_ column: SQLColumn) -> CatalogError {
        CatalogError(.malformedRow, "the column \(column) has an invalid value")
    }
}
