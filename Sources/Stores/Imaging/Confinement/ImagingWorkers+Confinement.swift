internal import Runtime
public import SystemIO

extension ImagingWorkers {
    /// Has a worker try what its confinement is to refuse: to open files, sockets and processes, and to reach its parent.
    ///
    /// - Parameter files: paths of files that no worker may open.
    /// - Throws: as `probe`.
    public func tryConfinement(files: [String]) async throws -> ConfinementTrial {
        let outcome = try await probes.run { [seconds = limits.probeSeconds] slot in
            try slot.perform(.tryConfinement(files: files), descriptors: [], seconds: seconds)
        }
        guard case .tried(let trial) = outcome else { throw Self.misunderstanding }
        return trial
    }
}
