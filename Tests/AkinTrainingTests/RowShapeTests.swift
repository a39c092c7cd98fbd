import AkinTestSupport
import AkinVectors
import Foundation
import Testing

@testable import AkinTraining

@Suite("Rows of another shape: lines of users, matrices of marks, separators too many")
struct RowShapeTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  @Test("A line of a user alone belongs to the rows below it")
  func usersAbove() throws {
    for (text, mark) in [("user 1\n10 5\n11 4\nuser 2\n10 3\n", " "), ("User:\t1\n10\t5\nUser:\t2\n11\t4\n", "\t")] {
      let error = try #require(scratch.refusal(text), "\(text)")
      let name = text.hasPrefix("user") ? "user" : "User:"
      #expect(error.problem == .userAbove(found: name, separator: mark))
      #expect(error.help?.contains("$1==\"\(name)\"{u=$2;next}{print u,$0}") == true, "\(error.help ?? "")")
    }
    for text in ["user,item\n1,10\n2,11\n", "user 1\nann 2\nuser 3\n", "u 1\nv 2\nu 3\n", "user 1\n10 5\n11 4\n"] {
      if case .userAbove? = scratch.refusal(text)?.problem { Issue.record("\(text)") }
    }
  }

  @Test("Rows of marks of 0 and 1 alone are a matrix")
  func marks() throws {
    for (text, isCounted) in [
      ("1 0 1 0 0\n0 1 1 0 0\n1 1 0 0 1\n0 0 0 1 1\n", false), ("u1,1,0,1,0,1\nu2,0,1,1,1,0\nu3,1,1,0,1,1\n", true),
      ("7,1,0,1\n8,1,1,0\n8,1,0,1\n7,0,1,1\n", true), ("9,1,0,1\n9,1,1,0\n8,0,0,1\n", true),
    ] {
      guard case .ratingMatrix(_, _, isCounted, 0)? = scratch.refusal(text)?.problem else {
        Issue.record("\(text): \(String(describing: scratch.refusal(text)))")
        continue
      }
      let way = isCounted ? "columns={0: 'user'}" : "rename_axis('user')"
      let help = scratch.refusal(text)?.help ?? ""
      #expect(help.contains("!= 0]") && help.contains(way), "\(help)")
    }
    // Training files of NCF, votes with a flag, and rows that begin with 0.
    for text in [
      "0\t0\t1\n0\t1\t1\n1\t0\t1\n", "1,10,1,0\n1,11,0,1\n2,10,1,1\n", "0 0 1 0\n0 1 1 1\n1 0 0 1\n",
      "1,0,1\n0,1,1\n1,1,0\n", "0,25,1,1600000000\n0,26,0,1600000001\n1,25,1,1600000002\n",
    ] { #expect(scratch.refusal(text) == nil, "\(text)") }
  }

  @Test("Separators behind rows or names are counted, and the line that takes them away is given")
  func ends() throws {
    let behind = try #require(scratch.refusal("user\titem\n1\t10\t\t\n2\t11\t\t\n"))
    #expect(behind.problem == .separatorAtEnd(names: 2, count: 2) && behind.help?.contains("{2}(") == true)
    let above = try #require(scratch.refusal("user,item,\n1,10\n2,11\n"))
    #expect(above.problem == .separatorAfterNames(names: 2) && above.help?.contains("1s/") == true)
    #expect(scratch.refusal("user,item,\n1,10,\n2,11,\n") == nil)
    #expect(scratch.refusal("user,item,rating\n1,10,5\n2,11,4\n") == nil)
    if case .separatorAtEnd? = scratch.refusal("user,item\n1,10,x,y\n2,11,x,y\n")?.problem { Issue.record("columns") }
  }

  @Test("What stands below rows or above them is not taken for a list, a heading or numbers of rows")
  func bystanders() throws {
    let footer = try #require(scratch.refusal("u1,10,5\nu2,10,4\n(2 rows affected)\n"))
    #expect(footer.problem == .ragged(expected: 3, found: 1) && footer.help?.contains("lists") == false)
    let rows = (1...6).map { "\($0),\($0 + 30),5,97830076\($0)\n" }.joined()
    let cut = try #require(scratch.refusal(rows + "7,10\n"))
    #expect(cut.problem == .ragged(expected: 4, found: 2) && cut.help?.contains("lists") == false, "\(cut)")
    let names = try #require(scratch.refusal("item user rating\n10\t1\t5\n11\t2\t4\n"))
    if case .lineAbove = names.problem { Issue.record("names between spaces are a header") }
    for (text, isCounted) in [
      ("user item\n3 302 5\n9 377 4\n14 51 3\n", false), ("user item\n1 302 5\n4 377 4\n", true),
      ("user item\n7 302 5\n8 377 4\n", true),
    ] {
      guard case .unnamedColumn(_, let separator)? = scratch.refusal(text)?.problem else {
        Issue.record("\(text): \(String(describing: scratch.refusal(text)))")
        continue
      }
      #expect((separator != nil) == isCounted, "\(text)")
    }
  }

  @Test("Numbers of features behind labels are no items of users")
  func labels() throws {
    let found = try #require(scratch.refusal("1\t3:1 4:0.5\n0\t2:1 5:0.25\n"))
    #expect(found.problem == .featurePairs(found: "3:1", count: 2))
    let pairs = try #require(scratch.refusal("7\t3:1 4:0.5\n9\t2:1 5:0.25\n"))
    #expect(pairs.problem == .pairLists(found: "3:1"))
  }

  @Test("What helps against ends of rows and users above rows works on rows that end as on Windows, too")
  func windows() throws {
    for (text, rows) in [
      ("user,item,\r\n1,10\r\n2,11\r\n", "user,item\r\n1,10\r\n2,11\r\n"),
      ("user\titem\n1\t10\t\t\r\n2\t11\t\t\r\n", "user\titem\n1\t10\r\n2\t11\r\n"),
      ("user 1\r\n10 5\r\n11 4\r\nuser 2\r\n10 3\r\n", "1 10 5\n1 11 4\n2 10 3\n"),
    ] {
      let path = scratch.file(text)
      let help = try #require(scratch.refusal(text)?.help, "\(text)")
      let line = help.drop { $0 != ":" }.dropFirst(2).split(separator: " > ")[0]
      let words = line.split(separator: "'", omittingEmptySubsequences: false).map(String.init)
      // The file that the line names was removed with the first reading.
      let command = words.dropLast().joined(separator: "'") + "' " + path
      #expect(try shell(command) == rows, "\(command)")
    }
  }

  /// What a line writes.
  private func shell(_ line: String) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", line]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return String(decoding: output, as: UTF8.self)
  }

  @Test("A separator between quotes, and a carriage return inside a row, are named for what they are")
  func accidents() throws {
    let quoted = try #require(scratch.refusal("user_id\titem\ttext\nA\tB\t\"Great\tfood\"\nC\tB\tok\n"))
    #expect(quoted.problem == .quotedSeparator(separator: "tab") && quoted.help?.contains("--quote double") == true)
    let returns = try #require(scratch.refusal("user,item\n1,10\r2,11\n3,12\n"))
    #expect(returns.problem == .loneReturns && returns.help?.contains("tr '\\r'") == true)
    #expect(scratch.refusal("user\titem\ttext\nA\tB\t5\" disc\nC\tB\tok\n") == nil)
    let ragged = scratch.refusal("user,item,x\r\n1,a,b\r\n2,b,c,d\r\n")?.problem
    #expect(ragged == .ragged(expected: 3, found: 4))
    let other = #expect(throws: InteractionError.self) {
      try Interactions.read(path: scratch.write([0xE4, 0x88, 0x25, 0xF1, 0x25], to: "e.csv"))
    }
    #expect(other?.problem == .notUTF8(column: "first"))
  }

  @Test("Numbers with commas between any digits, and minus signs of Unicode, keep their value in what helps")
  func numbers() throws {
    let commas = try #require(scratch.refusal("user,item,plays\n1,10,\"1,23,456\"\n2,10,\"99\"\n"))
    #expect(commas.help == "remove commas between digits")
    let minus = try #require(scratch.refusal("user,item,rating\n1,10,5\n1,11,\u{2212}4\n"))
    #expect(minus.help?.contains("sed 's/\u{2212}/-/g'") == true, "\(minus.help ?? "")")
    for text in ["4", "-4", "\u{2212}", "\u{2212}x", "\u{20AC}4"] { #expect(!Misspelling.hasOtherMinus(text)) }
    #expect(Misspelling.hasCommas("1,2,3") && !Misspelling.hasCommas("1,234") && !Misspelling.hasCommas("1,,2"))
    #expect(Misspelling.isOfScale("4.5/5") && Misspelling.isOfScale("80/100"))
    for text in ["16/9", "1/2", "5", "a/5", "9/16/2006"] { #expect(!Misspelling.isOfScale(text), "\(text)") }
  }

  @Test("Files of interactions as a catalogue are named for what they are")
  func wrongTable() throws {
    let text = "userId,movieId,rating\n1,10,5\n2,10,4\n"
    let error = #expect(throws: InteractionError.self) { try ItemTable.read(path: scratch.file(text)) }
    #expect(error?.help == "its columns are those of interactions: give a table with a row for each item")
    let other = #expect(throws: InteractionError.self) {
      try ItemTable.read(path: scratch.file("movieId,genre\n10,War\n10,Crime\n"))
    }
    #expect(other?.help?.contains("groupby") == true)
  }

  @Test("Users and items that occur on the other side are taken for swapped, and others are not")
  func swapped() {
    let known: (users: IDColumn, items: IDColumn) = (.numbers([1, 2, 25, 28]), .numbers([1, 2, 3]))
    #expect(Meeting.hintOfSwap((.numbers([1, 2]), .numbers([25, 28])), in: known)?.contains("--user-column") == true)
    #expect(Meeting.hintOfSwap((.numbers([1, 9]), .numbers([25])), in: known) == nil)
    #expect(Meeting.hintOfSwap((.numbers([1]), .numbers([99])), in: known) == nil)
  }
}
