internal import SystemIO

/// The data folder: whether it is there, is private, can be written to, and has room.
struct DataFolderCheck {
    /// Below this the server is not ready (`Health`).
    private static let leastBytes: Int64 = 64 << 20
    private static let scarceBytes: Int64 = 2 << 30

    let folder: FilePath

    func findings() -> [Finding] {
        do {
            guard let status = try FileStatus.find(folder, followingLinks: true) else {
                return [.ok("data folder", "\(folder) does not exist yet: the server makes it at its first start")]
            }
            guard status.kind == .folder else {
                return [.problem("data folder", "\(folder) is not a folder", "choose another one with --data")]
            }
            return [permissions(status), use(), store(), space()]
        } catch {
            return [
                .problem(
                    "data folder", "\(folder) cannot be read: \(error.meaning)",
                    "run this command as the user who runs the server")
            ]
        }
    }

    private func permissions(_ status: FileStatus) -> Finding {
        if !status.isOwn {
            return .warning(
                "permissions", "\(folder) belongs to another user than the one who runs this command",
                "run this command as the user who runs the server, to see what it sees")
        }
        return status.isOpenToOthers
            ? .warning(
                "permissions", "other users of this machine can enter \(folder)",
                "start the server, which makes it private, or run chmod -R go= on it")
            : .ok("permissions", "\(folder) is this user's alone")
    }

    /// Whether a server has the folder. The lock is taken for a moment only; a server that starts just then tries again.
    private func use() -> Finding {
        do {
            let isFree = try FileDescriptor(reading: folder.appending("lock")).lock()
            return .ok("server", isFree ? "no server uses the folder now" : "a server uses the folder now")
        } catch  where error.isNotFound {
            return .ok("server", "no server has used the folder yet")
        } catch {
            return .warning("server", "it cannot be told whether a server runs: \(error.meaning)", "see permissions")
        }
    }

    /// Writes a file without a name, which is gone once it is closed.
    private func store() -> Finding {
        let staging = folder.appending("staging")
        do {
            let isThere = try FileStatus.find(staging, followingLinks: true) != nil
            let file = try FileDescriptor(unnamedIn: isThere ? staging : folder)
            let bytes = [UInt8](repeating: 0x54, count: 64 << 10)
            try file.write(bytes)
            try file.synchronize()
            guard try file.read(at: 0, count: bytes.count) == bytes else {
                return .problem(
                    "store", "a file in \(staging) does not hold what was written to it", "check the disk: see dmesg")
            }
            return .ok("store", "a file can be written, synced and read")
        } catch {
            let advice =
                error.isStorageFull
                ? "free space, or move the folder to a larger disk"
                : "give the folder to the user who runs the server (chown -R), and mount it for writing"
            return .problem("store", "no file can be written in \(staging): \(error.meaning)", advice)
        }
    }

    private func space() -> Finding {
        do {
            let free = try Folder.freeBytes(at: folder)
            let text = "\(free >> 20) MiB are free"
            if free < Self.leastBytes {
                return .problem("free space", text, "free space: the server is not ready below 64 MiB")
            }
            return free < Self.scarceBytes
                ? .warning("free space", text, "make room soon: uploads are refused with 507 if the disk is full")
                : .ok("free space", text)
        } catch {
            return .problem("free space", "it cannot be told: \(error.meaning)", "check the file system")
        }
    }
}
