internal import FoundationEssentials

/// What a worker process knows of its surroundings: no secret of the server's.
enum WorkerEnvironment {
    /// The folder in which the libraries of the process look for their files.
    private static let inherited = ["LD_LIBRARY_PATH", "HOME", "XDG_CACHE_HOME", "FONTCONFIG_FILE", "FONTCONFIG_PATH"]

    /// `NAME=value`, as a process is started with them.
    static var variables: [String] {
        let own = ProcessInfo.processInfo.environment
        let passed = inherited.compactMap { name in own[name].map { "\(name)=\($0)" } }
        return passed + ["LANG=C.UTF-8", "OMP_NUM_THREADS=1", "MAGICK_THREAD_LIMIT=1", "MALLOC_ARENA_MAX=2"]
    }
}
