import AkinTool

// The command is a library, which tests run in memory and other programs in their process; this file makes it a program.
Tool.main()
