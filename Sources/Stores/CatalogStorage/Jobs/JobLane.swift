/// The queues that workers take from in turn, so that a million of one does not hold up the others.
enum JobLane: Int, CaseIterable {
    /// Jobs that queue other jobs.
    case generate
    /// Renditions of what was just uploaded.
    case uploaded
    /// Renditions that a `generate` job or somebody asked for.
    case generated
}
