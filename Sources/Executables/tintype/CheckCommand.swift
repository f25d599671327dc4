import CommandLine
import Composition
import Domain
import Services
import SystemIO
import Telemetry

/// `tintype check`: compares catalogue and store.
enum CheckCommand {
    private static let deep = Option(flag: "deep", "Read every file, and compare its digest or checksum.")
    private static let repair = Option(
        flag: "repair",
        "Make missing or damaged renditions again, and remove unfinished uploads. Stop the server first.")

    static let syntax = CommandSyntax(
        "check", "Compare the catalogue with the stored files, and optionally repair differences.",
        options: [DataFolder.option, ServerConfiguration.option, deep, repair], fileOptions: [DataFolder.option])

    /// Exit status 0 if everything is in order or has been repaired, otherwise 1.
    static func run(_ arguments: ParsedArguments) async throws -> Int32 {
        let path = FilePath(try arguments.value(of: DataFolder.option))
        guard try FileStatus.find(path.appending("catalog.sqlite"), followingLinks: true) != nil else {
            throw UsageError("there is no catalogue in \(path): --data names the folder of a server")
        }
        let folder = try await DataFolder.open(path)
        var options = IntegrityCheck.Options()
        options.isDeep = try arguments.value(of: deep)
        options.repairs = try arguments.value(of: repair)
        if folder.lock == nil {
            guard !options.repairs else {
                throw UsageError("a server works on this data folder: stop it before --repair")
            }
            options.ignoresStaging = true
        }
        let isOpen = try reportPermissions(of: folder, mends: options.repairs)
        let log = try Program.log(from: .error)
        let assembly = try RepositoryAssembly(folder: folder, settings: try ServerSettings(), log: log)
        let summary = try await IntegrityCheck(
            repository: assembly.repository, kept: assembly.kept, options: options
        ) { defect in
            print("\(defect.kind.rawValue)\t\(defect.subject)" + (defect.remedy.map { "\t\($0)" } ?? ""))
        }.run()
        print("\(summary.files) files checked, \(summary.findings) findings, \(summary.mended) mended")
        let (all, outdated) = try await ContentRefresh(
            repository: assembly.repository, kept: assembly.kept
        ).progress()
        if outdated > 0 {
            print(
                "\(all - outdated) of \(all) contents inspected by this version: a server does the rest while it runs")
        }
        await assembly.close()
        log.close()
        return summary.isSound && !isOpen ? Program.Exit.ok : Program.Exit.findings
    }

    /// Reports whether other users of the machine can read the folder.
    ///
    /// - Returns: whether they still can.
    private static func reportPermissions(of folder: DataFolder, mends: Bool) throws -> Bool {
        guard folder.wasOpenToOthers else { return false }
        if mends { try folder.makePrivate() }
        print("open-to-others\t\(folder.path)\t" + (mends ? "made private" : "a start of the server makes it private"))
        return !mends
    }
}
