#pragma once

#include "support/json_page.h"

namespace calculon::test {

// A small table made by hand, with each kind of plot that suits it.
JsonPage tiny_page();

// Parameters that leave their base value one at a time; two have no effect, one has no answer at
// its smallest value. No plots are asked for.
JsonPage tiny_sensitivity_page();

}  // namespace calculon::test
