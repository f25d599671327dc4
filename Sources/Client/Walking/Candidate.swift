internal import Domain
internal import SystemIO

/// A local image.
struct Candidate: Sendable {
    let found: FoundFile
    let digest: Digest
    /// The status of the file when its bytes were read.
    let status: FileStatus
    /// The open file whose bytes were read; nil if an earlier run has read them.
    let file: FileDescriptor?
    /// The id of the image on the server, from an earlier run; nil if there was none.
    let journaled: ImageID?
}
