internal import Glibc
internal import Imaging

if CommandLine.arguments.dropFirst().first == ImagingWorker.argument {
    exit(ImagingWorker.run(socket: 3))
}
print("tintype")
