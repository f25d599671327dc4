// tintype: the program. Each command has a file; this one selects the command.
import CommandLine
import Imaging
import PasswordHashing
import SystemIO

let arguments = ProgramArguments.all
if arguments.dropFirst().first == ImagingWorker.argument {
    ProcessEnd.now(ImagingWorker.run(socket: 3))
}
if arguments.dropFirst().first == PasswordWorker.argument {
    ProcessEnd.now(PasswordWorker.run(socket: 3))
}
do {
    try TerminationSignals.hold()
} catch {
    Program.printError("\(error)")
    ProcessEnd.now(Program.Exit.failure)
}
ProcessEnd.now(await Program.run(Array(arguments.dropFirst())))
