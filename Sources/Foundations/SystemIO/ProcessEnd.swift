internal import CSystem

/// The end of this process.
public enum ProcessEnd {
    /// Ends the process with an exit status, once what was printed is out.
    ///
    /// Libraries are not given the time to tidy up (`_exit`, POSIX.1): they would take apart what threads that still
    /// run are using, and those would crash.
    public static func now(_ status: Int32) -> Never { tintype_end_process(status) }
}
