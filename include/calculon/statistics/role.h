#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "calculon/base/enum_names.h"

namespace calculon {

// What a statistic is to the whole. Several rows can have one role; parts of the batch time add up
// to total_time, and parts of the memory to what an execution needs. The names are those of the
// text report.
enum class Role : std::uint8_t {
  kDetail,
  // Parts of the batch time, seconds; communication and offloading as far as nothing hides them.
  kForward,
  kBackward,
  kRecompute,
  kOptimizer,
  kTensorComm,
  kExpertComm,
  kExpertSliceComm,
  kPipelineComm,
  kDataComm,
  kBubble,
  kOffload,
  kVocabulary,
  // Parts of a processor's memory, in whichever tier they are, bytes.
  kWeights,
  kActivations,
  kCheckpoints,
  kActivationGrads,
  kWeightGrads,
  kOptimizerState,
  kLeftInTier1,  // of a memory part that is offloaded, bytes
  kRate,         // the larger, the better
};

template <>
struct EnumNames<Role> {
  static constexpr std::array<std::string_view, 21> kNames = {
      "detail",
      "compute forward",
      "compute backward",
      "recompute",
      "optimizer",
      "TP exposed",
      "EP exposed",
      "ES exposed",
      "PP exposed",
      "DP exposed",
      "bubble",
      "offload exposed",
      "vocabulary",
      "weights",
      "activations",
      "activation checkpoints",
      "activation gradients",
      "weight gradients",
      "optimizer state",
      "left in tier 1",
      "rate",
  };
};

// The parts of the batch time in the order of reports.
inline constexpr std::array kTimeParts = {
    Role::kForward,    Role::kBackward,   Role::kRecompute,       Role::kOptimizer,
    Role::kTensorComm, Role::kExpertComm, Role::kExpertSliceComm, Role::kPipelineComm,
    Role::kDataComm,   Role::kBubble,     Role::kOffload,         Role::kVocabulary,
};

// The parts of a processor's memory.
inline constexpr std::array kMemoryParts = {
    Role::kWeights,         Role::kActivations, Role::kCheckpoints,
    Role::kActivationGrads, Role::kWeightGrads, Role::kOptimizerState,
};

constexpr bool is_time_part(Role role) {
  return std::find(kTimeParts.begin(), kTimeParts.end(), role) != kTimeParts.end();
}
constexpr bool is_memory_part(Role role) {
  return std::find(kMemoryParts.begin(), kMemoryParts.end(), role) != kMemoryParts.end();
}

}  // namespace calculon
