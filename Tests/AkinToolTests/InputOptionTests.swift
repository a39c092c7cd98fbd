import AkinFiles
import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinTool

/// The options for text files, from the command line to the file that is written.
@Suite("Options for text files")
struct InputOptionTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func train(_ text: String, _ words: String..., in name: String = "r.csv") -> Run {
    akin(
      ["train", scratch.write(text, to: name), "-o", scratch["x.emb"], "-f", "--dimensions", "2", "--epochs", "1"]
        + words)
  }

  private var ids: (users: IDColumn?, items: IDColumn) {
    get throws {
      let file = try EmbeddingFile(path: scratch["x.emb"]).embeddings()
      return (file.userIDs, file.itemIDs)
    }
  }

  @Test("The line on columns is on stderr, once; under -q only where it is a guess")
  func line() {
    let named = train("userId,movieId,rating\n1,10,4\n2,10,3\n")
    let line = "akin: \(scratch["r.csv"]): user=userId item=movieId value=rating time=none (by name)\n"
    #expect(named.code == 0 && named.messages.contains(line))
    #expect(train("userId,movieId,rating\n1,10,4\n2,10,3\n", "-q").messages == "")
    #expect(train("1,10,4\n2,10,3\n", "-q").messages == "")
    let guess = train("1,10,881250949\n2,10,881250950\n", "-q")
    #expect(
      guess.messages.hasPrefix("akin: note: \(scratch["r.csv"]): user=column 1 item=column 2 value=none time=column 3 ")
    )
  }

  @Test("Separators by name and by their characters; words that are neither are refused")
  func delimiters() throws {
    for (name, characters) in [
      ("comma", ","), ("tab", "\t"), ("space", " "), ("pipe", "|"), ("semicolon", ";"), ("double-colon", "::"),
      ("||", "||"),
      ("::", "::"), ("\\t", "\t"), ("|", "|"),
    ] {
      let text = [["1", "10", "4"], ["2", "11", "3"]].map { $0.joined(separator: characters) }.joined(separator: "\n")
      let run = train(text, "--delimiter", name, "-q")
      #expect(run.code == 0, "\(name): \(run.messages)")
      #expect(try ids.items == .numbers([10, 11]), "\(name)")
    }
    for bad in ["tabs", "x", "\"", ""] {
      #expect(train("1,10,4\n2,11,3\n", "--delimiter=\(bad)").code == 2, "'\(bad)'")
    }
  }

  @Test("Values that are none, lists, decimal commas, encodings and quotes")
  func others() throws {
    func smallest() throws -> String { akin("info", scratch["x.emb"], "--json").output }
    #expect(train("user,item,rating\n1,10,4\n2,11,3\n", "--value", "none", "-q").messages == "")
    #expect(try smallest().contains(#""values":{"largest":1,"smallest":1}"#))
    #expect(train("user,item,rating\n1,10,4\n2,11,3\n", "--value", "none", "--value-column", "rating").code == 2)
    #expect(train("user;item;rating\n1;10;4,5\n2;11;3\n", "--decimal", "comma", "-q").code == 0)
    #expect(try smallest().contains(#""values":{"largest":4.5,"smallest":3}"#))
    #expect(train("0 10 11 12\n1 10\n", "--layout", "lists", "-q").code == 0)
    #expect(try ids.items == .numbers([10, 11, 12]))
    #expect(train("0 10 11 12\n1 10\n", "--layout", "lists", "--user-column", "1").code == 2)
    let latin = scratch.write([UInt8]("user,item\na,Caf".utf8) + [0xE9] + [UInt8]("\nb,Bar\n".utf8), to: "l.csv")
    let words = ["train", latin, "-o", scratch["x.emb"], "-f", "--dimensions", "2", "--epochs", "1", "-q"]
    #expect(akin(words).messages.contains("akin: help: name the encoding: --encoding latin1"))
    #expect(akin(words + ["--encoding", "latin1"]).code == 0)
    #expect(try ids.items == .texts(["Bar", "Café"]))
    #expect(train("user,item\na,\"x\ny\"\nb,z\n", "-q").code == 3)
    #expect(train("user,item\na,\"x\ny\"\nb,z\n", "--quote", "double", "-q").code == 0)
    #expect(try ids.items == .texts(["x\ny", "z"]))
  }

  @Test("A catalogue and features that share no id are refused; few are warned of")
  func sides() {
    let text = "user,item,rating\n" + (0..<20).map { "\($0 % 5),\($0).0,\($0 % 3 + 1)\n" }.joined()
    let items = scratch.write("id,title\n" + (0..<20).map { "\($0),T\($0)\n" }.joined(), to: "i.csv")
    let none = train(text, "--items", items, "-q")
    #expect(
      none.code == 3 && none.messages.contains("expected items that occur in the interactions, found none among 20"))
    #expect(none.messages.contains("20 item ids like '0.0'"))
    let plain = text.replacing(".0,", with: ",")
    let few = scratch.write("id,title\n" + (18..<38).map { "\($0),T\($0)\n" }.joined(), to: "f.csv")
    let warned = train(plain, "--items", few, "-q")
    #expect(
      warned.code == 0
        && warned.messages.contains("akin: note: \(few): 2 of 20 items occur in the interactions (20 items"))
    #expect(train(plain, "--items", items, "-q").messages == "")
    let strangers = scratch.write("user,age\n100,1\n101,2\n", to: "u.csv")
    let users = train(plain, "--user-features", strangers, "-q")
    #expect(users.code == 3 && users.messages.contains("expected users that occur in the interactions"))
    let unknown = scratch.write("who,age\n1,20\n2,30\n", to: "w.csv")
    #expect(train(plain, "--user-features", unknown, "-q").messages.contains("--user-feature-id COLUMN"))
    #expect(train(plain, "--user-features", unknown, "--user-feature-id", "who", "-q").code == 0)
  }

  @Test("evaluate, tune and update take the same options, and the same care")
  func otherVerbs() throws {
    let rows = (0..<60).map { "\($0 % 6)|\($0 % 7)|\($0 % 5 + 1)" }
    let text = scratch.write("who|what|much\n" + rows.joined(separator: "\n"), to: "p.csv")
    let columns = ["--user-column", "who", "--item-column", "what", "--value-column", "much"]
    let small = ["--dimensions", "2", "--epochs", "1", "-q", "--duplicates", "mean"]
    #expect(akin(["evaluate", text, "--sample", "0", "-k", "2"] + columns + small).code == 0)
    let unnamed = akin(["evaluate", text] + small)
    #expect(unnamed.code == 3 && unnamed.messages.contains("--user-column COLUMN"))
    let tuned = akin(
      ["tune", text, "--grid", "lambda=0.1,1", "--folds", "2"] + columns + [
        "--dimensions", "2", "--epochs", "1", "--duplicates", "mean",
      ])
    #expect(tuned.code == 0 && tuned.messages.contains("--user-column who --item-column what --value-column much"))
    #expect(akin(["train", text, "-o", scratch["x.emb"]] + columns + small).code == 0)
    let strangers = scratch.write("user,item,rating\n100,200,4\n101,201,3\n", to: "s.csv")
    let update = akin("update", scratch["x.emb"], strangers, "-o", scratch["y.emb"], "-q")
    #expect(update.code == 3 && update.messages.contains("expected items that occur in \(scratch["x.emb"])"))
    let known = scratch.write("user,item,rating\n100,1,4\n101,2,3\n", to: "k.csv")
    #expect(akin("update", scratch["x.emb"], known, "-o", scratch["y.emb"], "-q").code == 0)
  }
}
