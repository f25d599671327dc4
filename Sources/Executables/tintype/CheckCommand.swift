import CommandLine
import Domain
import Imaging
import Services
import SystemIO
import Telemetry

/// `tintype check`: compares catalogue and store.
enum CheckCommand {
    static let syntax = CommandSyntax(
        "check", "Compare the catalogue with the stored files, and mend what can be mended.",
        options: [
            Stores.dataOption,
            Option(flag: "deep", "Read every file, and compare its digest or checksum."),
            Option(
                flag: "repair",
                "Make missing or damaged renditions again, and remove unfinished uploads. The server must not run."),
        ])

    /// Exit status 0 where all is well or has been mended, 1 where something is left.
    static func run(_ arguments: ParsedArguments) async throws -> Int32 {
        let folder = arguments.value("data") ?? "./data"
        guard try FileStatus(path: folder + "/catalog.sqlite") != nil else {
            throw UsageError("there is no catalogue in \(folder): --data names the folder of a server")
        }
        let stores = try await Stores.open(arguments)
        var options = IntegrityCheck.Options()
        options.isDeep = arguments.flag("deep")
        options.repairs = arguments.flag("repair")
        if stores.lock == nil {
            guard !options.repairs else {
                throw UsageError("a server works on this data folder: stop it before --repair")
            }
            options.ignoresStaging = true
        }
        let metrics = Metrics()
        let imaging = ImagingWorkers(
            executable: "/proc/self/exe", workers: ProcessLimits.processors, limits: ImagingLimits())
        let log = Logger(output: FileDescriptor(owning: 2), level: .error) { Timestamp.now.description }
        let repository = Repository(
            catalog: stores.catalog, store: stores.store, cache: stores.cache, imaging: imaging,
            metrics: RepositoryMetrics(metrics), log: log)
        let renditions = Renditions(
            repository: repository, openFiles: 16,
            admission: RenderAdmission(budget: 1 << 30, workers: ProcessLimits.processors, maximumWaiting: 256))
        let summary = try await IntegrityCheck(
            repository: repository, renditions: renditions, options: options
        ) { finding in
            print("\(finding.kind.rawValue)\t\(finding.subject)" + (finding.remedy.map { "\t\($0)" } ?? ""))
        }.run()
        print("\(summary.files) files checked, \(summary.findings) findings, \(summary.mended) mended")
        await imaging.close()
        await stores.close()
        log.close()
        return summary.isSound ? Program.Exit.ok : Program.Exit.findings
    }
}
