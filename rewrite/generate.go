package rewrite

// generate makes the twin file of one source file. It returns diagnostics instead of a file if any function is at fault.
func generate(p *Package, sf *SourceFile, o Options) (content []byte, funcs []FuncReport, diags []Diagnostic) {
	for _, f := range sf.Funcs {
		diags = append(diags, Diagnostic{
			Pos:     p.Fset.PositionFor(f.Directive.Pos(), false),
			Code:    "internal",
			Message: "the state machine backend is not part of this build",
			Hint:    "use -backend=goroutine",
		})
	}
	return nil, nil, diags
}
