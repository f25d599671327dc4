internal import CSystem

/// The end of this process.
public enum ProcessEnd {
    /// Ends the process with an exit status, after flushing its output.
    ///
    /// Libraries do not run their cleanup (`_exit`, POSIX.1): it would release objects that running threads
    /// still use, and those would crash.
    public static func now(_ status: Int32) -> Never { tintype_end_process(status) }
}
