internal import Imaging
internal import SystemIO

/// The processes that decode: whether they start, and what confines them.
struct DecoderCheck {
    let settings: ServerSettings

    func findings() async -> [Finding] {
        let workers = ImagingWorkers(
            executable: settings.workerExecutable, workers: 1, queue: 1, limits: settings.imagingLimits)
        let finding: Finding
        do {
            let files = ["keys", "catalog.sqlite"].map { settings.dataFolder.appending(FilePath($0)).text }
            finding = Self.finding(try await workers.tryConfinement(files: files))
        } catch {
            finding = .problem(
                "decoders", "no process that decodes can be started: \(error)",
                "see that this program may start processes of itself, and that memory is left")
        }
        await workers.close()
        return [finding]
    }

    private static func finding(_ trial: ConfinementTrial) -> Finding {
        let measures = "confined by " + trial.confinement.measures.joined(separator: ", ")
        guard !trial.isComplete else { return .ok("decoders", measures) }
        let possible = trial.possible.isEmpty ? "" : "; possible is: " + trial.possible.joined(separator: ", ")
        return .warning(
            "decoders", "confined only in part: \(measures)\(possible)",
            "use Linux 5.13 or later with Landlock, and allow seccomp filters in containers; run the server as a user of its own"
        )
    }
}
