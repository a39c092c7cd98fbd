import AkinSupport

/// What a command does with a file that its command line names.
enum FileRole: Sendable, Equatable {
  /// Reads it. `-` means standard input where the format is read front to back.
  case input(isStream: Bool)
  /// Writes it: an old file of the name is lost.
  case output
  /// Reads it, and writes it again with more in it.
  case state
}

/// A file that a command line names.
struct FileUse: Sendable, Equatable {
  /// The argument or option, as messages name it.
  let name: String
  let path: String
  let role: FileRole
}

extension Command {
  /// Throws when an output is also an input, a file of a directory that is one, or another output, by whatever path: the same
  /// name, another spelling, a symbolic or a hard link. `--force` allows to replace an old output, never an input.
  ///
  /// - Throws: `UsageError`, before any file is opened.
  func checkFiles(_ arguments: Arguments) throws {
    var inputs: [FileIdentity: FileUse] = [:]
    var outputs: [FileIdentity: FileUse] = [:]
    for use in try fileUses(arguments) {
      if use.path == "-", use.role == .output { throw arguments.error(.noStream(use.name, isOutput: true)) }
      if use.path == "-", case .input = use.role { throw arguments.error(.noStream(use.name, isOutput: false)) }
      guard let identity = FileIdentity(path: use.path) else { continue }
      if case .input = use.role {
        inputs[identity] = inputs[identity] ?? use
        // A catalogue is a directory, and each file in it is read.
        if isDirectory(use.path), case .success(let names) = directoryListing(use.path) {
          for file in names.compactMap({ FileIdentity(path: use.path + "/" + $0) }) {
            inputs[file] = inputs[file] ?? use
          }
        }
      } else if outputs.updateValue(use, forKey: identity) != nil {
        throw arguments.error(.sameOutput(use.path))
      }
    }
    for (identity, output) in outputs {
      guard let input = inputs[identity], input.name != replaced?.name else { continue }
      throw arguments.error(.outputIsInput(output: output.path, input: input.name))
    }
  }

  /// All files that a command line names, arguments first.
  private func fileUses(_ arguments: Arguments) throws -> [FileUse] {
    let positional = self.arguments.compactMap { argument -> FileUse? in
      guard argument.completion.files != nil, let path = arguments[ifGiven: argument] else { return nil }
      return FileUse(name: argument.name, path: path, role: .input(isStream: argument.isStream))
    }
    return try positional
      + allOptions.compactMap { $0.fileUse(in: arguments) }.flatMap { use in
        use.role == .output
          ? try outputNames(use.path, arguments).map { FileUse(name: use.name, path: $0, role: .output) } : [use]
      }
  }
}
