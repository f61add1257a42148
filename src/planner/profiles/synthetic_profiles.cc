#include "calculon/planner/profiles/synthetic_profiles.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <numeric>

#include "calculon/base/input_error.h"

namespace calculon {
namespace {

// Values of the first layer, of each one between, and of the last.
using LayerValues = std::array<double, 3>;

struct MeasuredProfile {
  std::int64_t tensor_par;
  std::int64_t microbatch;
  double forward_backward_ms;
  double batch_generator_ms;
  double layernorm_reduce_ms;
  double embedding_reduce_ms;
  double optimizer_ms;
  LayerValues layer_ms;
  LayerValues layer_mb;
};

constexpr std::int64_t kMeasuredLayers = 10;
constexpr std::int64_t kLargestMeasured = 4;  // tensor degree and microbatch
constexpr std::int64_t kLargestSize = 1 << 12;
constexpr std::int64_t kMostSyntheticLayers = 512;
constexpr LayerValues kParameterBytes = {393216000, 202383360, 393220096};
constexpr LayerValues kFlatMb = {7820, 4146, 12132};

constexpr std::array<MeasuredProfile, 9> kMeasured = {{
    {1,
     1,
     292.7964687347412,
     0.9145021438598633,
     0.020313262939453125,
     0.04248619079589844,
     39.308977127075195,
     {0.2892017364501953, 29.507994651794434, 0.4100799560546875},
     {7820, 4146, 12132}},
    {1,
     2,
     580.2594184875488,
     1.1479616165161133,
     0.022220611572265625,
     0.048804283142089844,
     39.59686756134033,
     {0.6282329559326172, 58.86340141296387, 0.6556510925292969},
     {8078, 4838.5, 14554}},
    {1,
     4,
     1143.9790725708008,
     1.0437250137329102,
     0.02143383026123047,
     0.04825592041015625,
     39.47432041168213,
     {1.0962486267089844, 116.56570434570312, 1.066446304321289},
     {9078, 6259, 26084}},
    {2,
     1,
     167.60022640228271,
     0.9002208709716797,
     0.5506515502929688,
     0.03962516784667969,
     20.2700138092041,
     {1.1625289916992188, 16.83783531188965, 0.3528594970703125},
     {4378, 2119.5, 6232}},
    {2,
     2,
     313.36352825164795,
     1.025700569152832,
     0.5963563919067383,
     0.043272972106933594,
     20.301532745361328,
     {1.7201900482177734, 32.2415828704834, 0.469207763671875},
     {4279, 2607.5, 8833}},
    {2,
     4,
     611.6964817047119,
     0.9355545043945312,
     0.6118535995483398,
     0.038433074951171875,
     20.454931259155273,
     {2.507448196411133, 63.25173377990723, 0.6699562072753906},
     {4174, 4042, 11930}},
    {4,
     1,
     99.9199390411377,
     0.9341955184936523,
     0.4595518112182617,
     0.037360191345214844,
     10.814285278320312,
     {1.0263919830322266, 10.216951370239258, 0.3376007080078125},
     {2257.25, 1140.5, 3067.75}},
    {4,
     2,
     179.92208003997803,
     0.9298801422119141,
     0.5153894424438477,
     0.03802776336669922,
     10.793113708496094,
     {1.8298625946044922, 19.173383712768555, 0.4038810729980469},
     {2681.25, 1425.5, 4679.25}},
    {4,
     4,
     335.2949619293213,
     0.9746074676513672,
     0.6551504135131836,
     0.04265308380126953,
     10.96353530883789,
     {2.949237823486328, 35.823822021484375, 0.67901611328125},
     {2591.75, 2067, 6305.75}},
}};

std::vector<double> stretched(const LayerValues& values, std::int64_t num_layers) {
  std::vector<double> layers(static_cast<std::size_t>(num_layers), values[1]);
  layers.front() = values[0];
  layers.back() = values[2];
  return layers;
}

double sum(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

// The measured profile with other layers. Every sum is in the published order, which decides its
// last bit.
LayerProfile stretched(const MeasuredProfile& measured, const SyntheticOptions& options) {
  LayerProfile profile;
  profile.key = {std::string(kMeasuredType), measured.tensor_par, measured.microbatch};
  profile.model_name = "GPT3";
  profile.between_ms =
      measured.forward_backward_ms - sum(stretched(measured.layer_ms, kMeasuredLayers));
  profile.layer_ms = stretched(measured.layer_ms, options.num_layers);
  profile.layer_mb = stretched(options.memory == MemoryBase::kFlat ? kFlatMb : measured.layer_mb,
                               options.num_layers);
  profile.layer_parameter_bytes = stretched(kParameterBytes, options.num_layers);
  profile.forward_backward_ms = profile.between_ms + sum(profile.layer_ms);
  const auto layers = static_cast<double>(options.num_layers);
  profile.layernorm_reduce_ms = measured.layernorm_reduce_ms / kMeasuredLayers * layers;
  profile.optimizer_ms = measured.optimizer_ms / kMeasuredLayers * layers;
  profile.batch_generator_ms = measured.batch_generator_ms;
  profile.embedding_reduce_ms = measured.embedding_reduce_ms;
  profile.total_ms = profile.forward_backward_ms + profile.batch_generator_ms +
                     profile.layernorm_reduce_ms + profile.embedding_reduce_ms +
                     profile.optimizer_ms;
  return profile;
}

// A profile whose passes take `factor` times as long; all else is the same.
LayerProfile scaled_passes(LayerProfile profile, double factor) {
  for (double& milliseconds : profile.layer_ms) {
    milliseconds *= factor;
  }
  profile.forward_backward_ms *= factor;
  profile.between_ms *= factor;
  profile.total_ms = profile.forward_backward_ms + profile.optimizer_ms +
                     profile.batch_generator_ms + profile.layernorm_reduce_ms +
                     profile.embedding_reduce_ms;
  return profile;
}

LayerProfile derived_profile(LayerProfile profile, const DerivedType& derived) {
  profile.key.type = derived.type;
  for (double& milliseconds : profile.layer_ms) {
    milliseconds *= derived.factor;
  }
  for (double LayerProfile::*member :
       {&LayerProfile::forward_backward_ms, &LayerProfile::optimizer_ms,
        &LayerProfile::batch_generator_ms, &LayerProfile::layernorm_reduce_ms,
        &LayerProfile::embedding_reduce_ms, &LayerProfile::between_ms, &LayerProfile::total_ms}) {
    profile.*member *= derived.factor;
  }
  return profile;
}

void check(const SyntheticOptions& options) {
  if (options.num_layers < 2 || options.num_layers > kMostSyntheticLayers) {
    throw InputError(
        fmt::format("layers is {}, expected 2 to {}", options.num_layers, kMostSyntheticLayers));
  }
  if (options.max_size < 1 || options.max_size > kLargestSize ||
      !std::has_single_bit(static_cast<std::uint64_t>(options.max_size))) {
    throw InputError(fmt::format("max-size is {}, expected a power of two from 1 to {}",
                                 options.max_size, kLargestSize));
  }
  for (auto derived = options.derived.begin(); derived != options.derived.end(); ++derived) {
    const std::string& type = derived->type;
    const auto same = [&](const DerivedType& other) { return other.type == type; };
    if (type == kMeasuredType || std::any_of(options.derived.begin(), derived, same)) {
      throw InputError(fmt::format("derived type {} is there already", type));
    }
  }
}

}  // namespace

std::vector<LayerProfile> synthetic_profiles(const SyntheticOptions& options) {
  check(options);
  std::vector<LayerProfile> profiles;
  const auto at = [&](std::int64_t tensor_par, std::int64_t microbatch) {
    return *std::find_if(profiles.begin(), profiles.end(), [&](const LayerProfile& profile) {
      return profile.key.tensor_par == tensor_par && profile.key.microbatch == microbatch;
    });
  };
  for (const MeasuredProfile& measured : kMeasured) {
    profiles.push_back(stretched(measured, options));
  }
  for (const std::int64_t tensor_par : {1, 2, 4}) {
    for (std::int64_t m = kLargestMeasured; m < options.max_size; m *= 2) {
      LayerProfile larger = scaled_passes(at(tensor_par, m), 2);
      larger.key.microbatch = 2 * m;
      profiles.push_back(std::move(larger));
    }
  }
  for (std::int64_t m = 1; m <= options.max_size; m *= 2) {
    for (std::int64_t k = kLargestMeasured; k < options.max_size; k *= 2) {
      LayerProfile wider = scaled_passes(at(k, m), 0.5);
      wider.key.tensor_par = 2 * k;
      profiles.push_back(std::move(wider));
    }
  }
  std::erase_if(profiles, [&](const LayerProfile& profile) {  // of the measured ones
    return profile.key.tensor_par > options.max_size || profile.key.microbatch > options.max_size;
  });
  const std::vector<LayerProfile> measured_type = profiles;
  for (const DerivedType& derived : options.derived) {
    for (const LayerProfile& profile : measured_type) {
      profiles.push_back(derived_profile(profile, derived));
    }
  }
  return profiles;
}

}  // namespace calculon
