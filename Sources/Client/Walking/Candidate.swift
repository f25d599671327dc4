internal import Domain
internal import SystemIO

/// An image among the files here.
struct Candidate: Sendable {
    let found: FoundFile
    let digest: Digest
    /// What the file was when its bytes were read.
    let status: FileStatus
    /// The open file whose bytes were read; nil if an earlier run has done that.
    let file: FileDescriptor?
    /// The image that an earlier run has learned of; nil if there was none.
    let journaled: ImageID?
}
