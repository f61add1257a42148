#pragma once

#include "calculon/bandwidth/bandwidth.h"

namespace calculon {

// The totals of a run from its transformer written in the language of tensor.h: the same numbers as
// closed_form_costs(). The inputs have to obey rules RA0 to RA5; throws tensors::ShapeError where
// rules RA13 to RA27 are violated.
RunCosts tensor_costs(const BandwidthInputs& inputs, const BandwidthShape& shape);

}  // namespace calculon
