package rewrite

// This file is the catalogue of what goawait may say about a source.

// The codes of diagnostics.
const (
	CodeGo           = "go"            // an error of the go command or of Go's type checker
	CodeInternal     = "internal"      // a defect of goawait
	CodeDirective    = "directive"     // a malformed directive
	CodeMisplaced    = "misplaced"     // a directive that belongs to no function
	CodeNoBody       = "no-body"       // a function without a body
	CodeBlank        = "blank"         // a function named _
	CodeName         = "name"          // a twin name that is no name
	CodeTestName     = "test-name"     // a twin name that the go command takes for a test
	CodeNameTaken    = "name-taken"    // a twin name that something else has
	CodeValues       = "values"        // more values than a promise can have
	CodeLiteral      = "literal"       // an await in a plain function literal
	CodeMarkerValue  = "marker-value"  // an await marker that is not called
	CodeForeignFile  = "foreign-file"  // the twin's file is not goawait's
	CodeForeignPlace = "foreign-place" // the source is not the user's
	CodeInit         = "init"          // -backend=goroutine for an init function
)
