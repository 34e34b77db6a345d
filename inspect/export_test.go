package inspect

import "github.com/goawait/goawait/rewrite"

// PlanOf is the plan that a description was made of.
func PlanOf(m *Machine) *rewrite.Plan { return m.plan }
