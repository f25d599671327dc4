internal import CatalogStorage
internal import SQL
internal import SQLite
internal import SystemIO

/// The catalogue: whether it opens, its schema, and whether the database is whole.
struct CatalogueCheck {
    let folder: FilePath

    private static let restore =
        "stop the server and restore the catalogue from a backup; the originals in the folder are not affected"

    func findings() -> [Finding] {
        let path = folder.appending("catalog.sqlite")
        do {
            guard let status = try FileStatus.find(path, followingLinks: true) else {
                return [.ok("catalogue", "there is none yet: the server makes it at its first start")]
            }
            let inspection = try SQLiteInspection.read(path: path.text) { try CatalogInspection(of: $0) }
            return [schema(inspection), integrity(inspection, bytes: status.bytes)]
        } catch let error as DatabaseError where error.code == .corrupt {
            return [.problem("catalogue", "\(path) is no catalogue, or is damaged: \(error.message)", Self.restore)]
        } catch let error as DatabaseError {
            return [
                .problem(
                    "catalogue", "\(path) cannot be read: \(error.message)",
                    "run this command as the user who runs the server; if you do, restore the catalogue from a backup")
            ]
        } catch {
            return [.problem("catalogue", "\(path) cannot be read: \(error)", "see permissions")]
        }
    }

    private func schema(_ inspection: CatalogInspection) -> Finding {
        let text = "its schema is \(inspection.schema); this version knows \(inspection.latestSchema)"
        if inspection.schema > inspection.latestSchema {
            return .problem(
                "catalogue", "a newer version has written it: \(text)",
                "install that version again, or restore the backup from before the upgrade")
        }
        return inspection.schema < inspection.latestSchema
            ? .warning("catalogue", text, "make a backup: the next start converts the catalogue")
            : .ok("catalogue", text)
    }

    private func integrity(_ inspection: CatalogInspection, bytes: Int64) -> Finding {
        inspection.defects.isEmpty
            ? .ok("integrity", "a quick check of \(bytes >> 10) KiB finds no defect")
            : .problem("integrity", inspection.defects.joined(separator: "; "), Self.restore)
    }
}
