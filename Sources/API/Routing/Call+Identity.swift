internal import Domain

extension Call {
    /// The identity that a parameter of the path is.
    ///
    /// - Parameter thing: what it identifies, in the words of messages: "a job".
    func identity<ID: Identity>(_ parameter: String = "id", of thing: String) throws -> ID {
        guard let id = ID(parameters[parameter]) else {
            throw Problem(
                .malformedID, at: .parameter(parameter),
                "'\(parameters[parameter].prefix(100))' is not the id of \(thing): ids are UUIDs, as lists have them.")
        }
        return id
    }

    /// The image of the path.
    var imageID: ImageID { get throws { try identity(of: "an image") } }

    /// The album of the path.
    var albumID: AlbumID { get throws { try identity(of: "an album") } }

    /// The job of the path.
    var jobID: JobID { get throws { try identity(of: "a job") } }
}
