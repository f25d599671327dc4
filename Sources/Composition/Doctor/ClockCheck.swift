internal import Domain
internal import SystemIO

/// The clock, by which sessions, signatures and images are dated.
struct ClockCheck {
    /// No clock that is right shows a time before this program existed: 2024-01-01.
    private static let earliest = Timestamp(seconds: 1_704_067_200)
    private static let latest = Timestamp(seconds: 4_102_444_800)
    private static let toleranceSeconds: Int64 = 60

    let folder: FilePath

    func findings(now: Timestamp) -> [Finding] {
        let advice = "set the clock, and keep it right with systemd-timesyncd or chrony"
        guard (Self.earliest.seconds...Self.latest.seconds).contains(now.seconds) else {
            return [.problem("clock", "it shows \(now), which cannot be", advice)]
        }
        let newest = ["catalog.sqlite", "catalog.sqlite-wal", "lock"].compactMap { name in
            // What cannot be read is told by other checks.
            try? FileStatus.find(folder.appending(FilePath(name)), followingLinks: true)?.modified
        }.max().map { $0 / 1_000_000_000 }
        if let newest, newest > now.seconds + Self.toleranceSeconds {
            return [
                .warning(
                    "clock", "it shows \(now), but the data folder was changed at \(Timestamp(seconds: newest))", advice
                )
            ]
        }
        return [.ok("clock", "it shows \(now)")]
    }
}
