#include "calibrated/uncertainty.h"

#include <fmt/format.h>

namespace calculon {
namespace {

std::string figures_text(const Provenance& provenance) {
  const bool gate = provenance.gate_error.has_value();
  const auto& figures = gate ? provenance.gate_error : provenance.calibration_error;
  if (!figures) {
    return "";
  }
  return fmt::format("; {} % on average and {} % in nine of ten of {} {}", figures->mean,
                     figures->p90, figures->runs,
                     gate ? "runs not used for the fit" : "runs of the fit, no untouched runs");
}

}  // namespace

Uncertainty uncertainty_of(const Transformer& model, const System& system,
                           const CalibratedExecution& execution) {
  const Provenance& provenance = system.provenance;
  if (!provenance.nearness || !system.calibration) {
    return {35, 60, "neutral constants, mostly too fast"};
  }
  Uncertainty uncertainty;
  std::string_view kind;
  if (model.details.num_experts > 0) {
    uncertainty = {6.5, 20, ""};
    kind = "a mixture of experts";
  } else if (execution.gemm_datatype == Datatype::kFloat4) {
    uncertainty = {5.5, 17, ""};
    kind = "a dense model in FP4";
  } else {
    uncertainty = {3.5, 12, ""};
    kind = "a dense model";
  }
  std::string_view nearness = "constants fitted on this software";
  if (*provenance.nearness == ProvenanceClass::kProcessor) {
    uncertainty.median_percent *= 1.8;
    uncertainty.p90_percent *= 1.5;
    nearness = "constants of other software on this processor";
  } else if (*provenance.nearness == ProvenanceClass::kTransfer) {
    uncertainty.median_percent *= 2.5;
    uncertainty.p90_percent *= 1.6;
    nearness = "constants of another processor";
  }
  uncertainty.basis = fmt::format("{}, {}{}", kind, nearness, figures_text(provenance));
  return uncertainty;
}

}  // namespace calculon
