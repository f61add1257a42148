#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "study/spec/documents.h"
#include "study/spec/input_path.h"

namespace calculon {

// What a point sets besides the row of its run: which methodology is to predict it.
inline constexpr std::string_view kMethodologyPath = "methodology";

// Why a methodology cannot say anything about a measured run: the kind of the reason, without
// numbers of the run, and its words.
struct Refusal {
  std::string kind;
  std::string words;
};

// How a methodology takes a measured run.
struct TakenRun {
  std::optional<Refusal> refusal;
  // Of what is said in a published dialect (as_published.h).
  std::optional<std::vector<std::string_view>> approximations;
};

// Makes model, system and execution of a point out of the row in its `measured`, for what its
// `methodology` says: "published" and "corrected" take the execution in the published dialects,
// "calibrated" as it stands. Memory has no limit: the run has run. Inputs of a run that is refused
// are as the row has them. Throws InputError if the methodology is none of these.
TakenRun take_measured(const Documents& documents, PointInputs& inputs);

}  // namespace calculon
