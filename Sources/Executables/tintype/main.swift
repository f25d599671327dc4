// tintype: the composition root. Each command has a file; this one chooses among them.
import CommandLine
import Glibc
import Imaging
import PasswordHashing
import Runtime
import SystemIO

let arguments = ProgramArguments.all
if arguments.dropFirst().first == ImagingWorker.argument {
    exit(ImagingWorker.run(socket: 3))
}
if arguments.dropFirst().first == PasswordWorker.argument {
    exit(PasswordWorker.run(socket: 3))
}
TerminationSignals.hold()
exit(await Program.run(Array(arguments.dropFirst())))
