/// The queues from which workers take jobs in turn, so that a million jobs in one do not delay the others.
enum JobLane: Int, CaseIterable {
    /// Jobs that queue other jobs.
    case generate
    /// Renditions of new uploads.
    case uploaded
    /// Renditions requested by a `generate` job or a user.
    case generated
}
