package async

// GeneratedV9 is what files refer to that goawait generated for this version of the package. If the compiler says that it
// is undefined, generate the files again with the goawait of the same version as this package.
const GeneratedV9 = true
