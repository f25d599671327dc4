// tintype: the composition root. Each command has a file; this one chooses among them.
import CommandLine
import Imaging
import PasswordHashing
import Runtime
import SystemIO

let arguments = ProgramArguments.all
if arguments.dropFirst().first == ImagingWorker.argument {
    ProcessEnd.now(ImagingWorker.run(socket: 3))
}
if arguments.dropFirst().first == PasswordWorker.argument {
    ProcessEnd.now(PasswordWorker.run(socket: 3))
}
TerminationSignals.hold()
ProcessEnd.now(await Program.run(Array(arguments.dropFirst())))
