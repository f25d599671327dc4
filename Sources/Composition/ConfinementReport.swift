internal import Imaging
internal import Runtime
internal import SystemIO
internal import Telemetry

/// Logs at the start what confines the processes that decode, as one of them has found it.
struct ConfinementReport: Service {
    let imaging: ImagingWorkers
    /// Files of the server that no such process may open.
    let files: [FilePath]
    let log: Logger

    func run(ready: @escaping @Sendable () -> Void) async {
        ready()
        do {
            report(try await imaging.tryConfinement(files: files.map(\.text)))
        } catch is CancellationError {
            // The server is stopping already.
        } catch {
            log.log(.warning, "the confinement of decoders cannot be tried", ["reason": "\(error)"])
        }
    }

    private func report(_ trial: ConfinementTrial) {
        let measures = trial.confinement.measures.joined(separator: ", ")
        if trial.isComplete {
            log.log(.info, "decoders are confined", ["by": "\(measures)"])
        } else {
            log.log(
                .warning, "decoders are confined only in part: the kernel has no more, or does not permit it",
                ["by": "\(measures)", "possible": "\(trial.possible.joined(separator: ", "))"])
        }
    }
}

extension ConfinementTrial {
    /// What succeeded although it is forbidden.
    var possible: [String] { attempts.filter { $0.code == nil }.map(\.deed) }

    /// Whether everything forbidden was refused, by all that is needed for it.
    var isComplete: Bool { confinement.landlock != nil && confinement.hasSystemCallFilter && possible.isEmpty }
}
