package async

// This file holds the frames of types that are declared in functions.

// A LocalFrame is a [Frame] in a frame whose type is declared in a function, so that it can have no methods. It is for generated code.
type LocalFrame[R any] struct {
	Frame[R]
	resume, release func()
	site            string // see Stackful
}

// Methods gives the frame what others have as methods, before Start. site is as in [Stackful]. It is for generated code.
func (f *LocalFrame[R]) Methods(site string, resume, release func()) {
	f.site, f.resume, f.release = site, resume, release
}

// Resume is for the runtime.
func (f *LocalFrame[R]) Resume() { f.resume() }

// Release is for the runtime.
func (f *LocalFrame[R]) Release() {
	f.release()
	f.resume, f.release = nil, nil
}

// Site is for the runtime.
func (f *LocalFrame[R]) Site() (function, pos string) { return f.task.siteIn(f.site) }
