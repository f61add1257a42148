#include "calculon/planner/profiles/layer_profile.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <numeric>
#include <regex>

#include "base/file_kind.h"
#include "base/json_reader.h"
#include "base/text.h"
#include "calculon/base/files.h"
#include "calculon/base/input_error.h"
#include "calculon/base/parallel.h"

namespace calculon {
namespace {

namespace fs = std::filesystem;

// All slices of layers have their sums in a table, so their number is bounded.
constexpr std::size_t kMostLayers = 512;
constexpr std::int64_t kLargestDegree = 1 << 20;
constexpr double kShortestMs = 1e-30;  // of all layers; the inverse of the largest number

std::optional<std::int64_t> parse_degree(std::string_view text) {
  const auto value = parse_number<std::int64_t>(text);
  return value && *value >= 1 && *value <= kLargestDegree ? value : std::nullopt;
}

std::vector<double> numbers(const JsonReader& reader) {
  std::vector<double> values(reader.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = reader[i].number(kNotNegative);
  }
  return values;
}

void require_size(const JsonReader& reader, std::size_t size) {
  if (reader.size() != size) {
    reader.complain(fmt::format("has {} elements, expected {}, as many as layer_compute_total_ms",
                                reader.size(), size));
  }
}

// The times of the layers together, which has to be something.
double require_layers_ms(const JsonReader& layer_times, const std::vector<double>& layer_ms) {
  const double all = std::accumulate(layer_ms.begin(), layer_ms.end(), 0.0);
  if (all <= 0) {
    layer_times.complain("are all 0, expected a layer that takes time");
  }
  if (all < kShortestMs) {
    layer_times.complain(fmt::format("add up to {} ms, expected at least {}", all, kShortestMs));
  }
  return all;
}

// Both passes take at least as long as the layers: what exceeds them is the gap between the passes,
// and a negative one would make plans faster than their layers. Files may have rounded the sum.
double passes_ms(const JsonReader& reader, double layers_ms) {
  constexpr double kRounding = 1e-9;
  const double milliseconds = reader.number(kNotNegative);
  if (milliseconds < layers_ms * (1 - kRounding)) {
    reader.reject(fmt::format("at least {}, the sum of layer_compute_total_ms", layers_ms));
  }
  return milliseconds;
}

ProfileKey key_of_file(const std::string& file) {
  const auto key = key_of_profile_name(fs::path(file).filename().string());
  if (!key) {
    throw InputError(
        fmt::format("{}: the name is no profile's, expected DeviceType.<TYPE>_tp<degree>_"
                    "bs<microbatch>.json, with numbers from 1 to {}",
                    file, kLargestDegree));
  }
  return *key;
}

// One for each layer of the profile, if these are known.
std::vector<double> layer_numbers(const JsonReader& reader, const LayerProfile& profile) {
  if (profile.num_layers() > 0) {
    require_size(reader, profile.num_layers());
  }
  return numbers(reader);
}

void read_times(const JsonReader& time, LayerProfile& profile, Mistakes& mistakes) {
  static constexpr std::array<std::string_view, 4> kTimes = {
      "layer_compute_total_ms", "forward_backward_time_ms", "optimizer_time_ms",
      "batch_generator_time_ms"};
  time.require_keys(kTimes, time.keys());
  double layers_ms = 0;
  const bool has_layers = mistakes.attempt([&] {
    const JsonReader layer_times = time["layer_compute_total_ms"];
    profile.layer_ms = numbers(layer_times);
    if (profile.num_layers() < 2 || profile.num_layers() > kMostLayers) {
      layer_times.complain(fmt::format("has {} elements, expected 2 to {} layers",
                                       profile.num_layers(), kMostLayers));
    }
    layers_ms = require_layers_ms(layer_times, profile.layer_ms);
  });
  if (!has_layers) {
    profile.layer_ms.clear();
  }
  mistakes.attempt([&] {
    profile.forward_backward_ms = passes_ms(time["forward_backward_time_ms"], layers_ms);
  });
  mistakes.attempt([&] { profile.optimizer_ms = time["optimizer_time_ms"].number(kNotNegative); });
  mistakes.attempt(
      [&] { profile.batch_generator_ms = time["batch_generator_time_ms"].number(kNotNegative); });
}

}  // namespace

std::string key_text(const ProfileKey& key) {
  return fmt::format("{}:{}:{}", key.type, key.tensor_par, key.microbatch);
}

std::optional<ProfileKey> parse_key(std::string_view text) {
  const auto second = text.rfind(':');
  const auto first = second == std::string_view::npos || second == 0 ? std::string_view::npos
                                                                     : text.rfind(':', second - 1);
  if (first == std::string_view::npos || first == 0) {
    return std::nullopt;
  }
  const auto tensor_par = parse_degree(text.substr(first + 1, second - first - 1));
  const auto microbatch = parse_degree(text.substr(second + 1));
  if (!tensor_par || !microbatch) {
    return std::nullopt;
  }
  return ProfileKey{std::string(text.substr(0, first)), *tensor_par, *microbatch};
}

double LayerProfile::gap_ms() const {
  return forward_backward_ms - std::accumulate(layer_ms.begin(), layer_ms.end(), 0.0);
}

ProfileSet::ProfileSet(std::string source, std::vector<LayerProfile> profiles)
    : source_(std::move(source)), profiles_(std::move(profiles)) {
  if (profiles_.empty()) {
    throw InputError(fmt::format(
        "{} has no profiles, expected files such as DeviceType.A100_tp1_bs1.json", source_));
  }
  std::sort(profiles_.begin(), profiles_.end(),
            [](const LayerProfile& a, const LayerProfile& b) { return a.key < b.key; });
  const LayerProfile& first = profiles_.front();
  for (const LayerProfile& profile : profiles_) {
    if (profile.num_layers() != first.num_layers()) {
      throw InputError(fmt::format("{}: {} has {} layers, but {} has {}", source_,
                                   profile_file_name(profile.key), profile.num_layers(),
                                   profile_file_name(first.key), first.num_layers()));
    }
  }
}

const LayerProfile* ProfileSet::find(const ProfileKey& key) const {
  const auto found =
      std::lower_bound(profiles_.begin(), profiles_.end(), key,
                       [](const LayerProfile& a, const ProfileKey& b) { return a.key < b; });
  return found != profiles_.end() && found->key == key ? &*found : nullptr;
}

const LayerProfile& ProfileSet::at(const ProfileKey& key) const {
  const LayerProfile* profile = find(key);
  if (!profile) {
    throw InputError(
        fmt::format("{} lacks {}, the profile of type {}, tensor degree {} and "
                    "microbatch {}",
                    source_, profile_file_name(key), key.type, key.tensor_par, key.microbatch));
  }
  return *profile;
}

bool ProfileSet::has_type(std::string_view type) const {
  return std::any_of(profiles_.begin(), profiles_.end(),
                     [&](const LayerProfile& profile) { return profile.key.type == type; });
}

std::int64_t ProfileSet::largest_tensor_par(const std::vector<std::string>& types) const {
  return largest_of_all(types, &ProfileKey::tensor_par);
}

std::int64_t ProfileSet::largest_microbatch(const std::vector<std::string>& types) const {
  return largest_of_all(types, &ProfileKey::microbatch);
}

std::int64_t ProfileSet::largest_of_all(const std::vector<std::string>& types,
                                        std::int64_t ProfileKey::*number) const {
  std::int64_t smallest = kLargestDegree;
  for (const std::string& type : types) {
    std::int64_t largest = 1;
    for (const LayerProfile& profile : profiles_) {
      largest = profile.key.type == type ? std::max(largest, profile.key.*number) : largest;
    }
    smallest = std::min(smallest, largest);
  }
  return smallest;
}

std::string profile_file_name(const ProfileKey& key) {
  return fmt::format("DeviceType.{}_tp{}_bs{}.json", key.type, key.tensor_par, key.microbatch);
}

std::optional<ProfileKey> key_of_profile_name(const std::string& name) {
  static const std::regex kName("DeviceType\\.([A-Za-z0-9_]+?)_tp([0-9]+)_bs([0-9]+)\\.json");
  std::smatch match;
  if (!std::regex_match(name, match, kName)) {
    return std::nullopt;
  }
  const auto tensor_par = parse_degree(match[2].str());
  const auto microbatch = parse_degree(match[3].str());
  if (!tensor_par || !microbatch) {
    return std::nullopt;
  }
  return ProfileKey{match[1], *tensor_par, *microbatch};
}

LayerProfile parse_profile(const std::string& file, const std::string& text, Mistakes& mistakes) {
  LayerProfile profile;
  mistakes.attempt([&] { profile.key = key_of_file(file); });
  const Json json = parse_json(file, text);
  const JsonReader reader(file, json);
  static constexpr std::array<std::string_view, 3> kParts = {"model", "execution_time",
                                                             "execution_memory"};
  require_kind(reader, FileKind::kProfile);
  reader.require_keys(kParts, reader.keys());  // there may be others
  const JsonReader model = reader["model"];
  mistakes.attempt(
      [&] { profile.model_name = model.has("model_name") ? model["model_name"].string() : ""; });
  mistakes.attempt([&] { read_times(reader["execution_time"], profile, mistakes); });
  mistakes.attempt([&] {
    profile.layer_mb = layer_numbers(reader["execution_memory"]["layer_memory_total_mb"], profile);
  });
  mistakes.attempt([&] {
    profile.layer_parameter_bytes =
        layer_numbers(model["parameters"]["parameters_per_layer_bytes"], profile);
  });
  return profile;
}

ProfileSet read_profiles(const std::string& folder, int threads) {
  std::vector<std::string> paths;
  std::error_code error;
  if (!fs::is_directory(folder, error)) {
    throw InputError(fmt::format("{}: is no folder, expected one with profiles", folder));
  }
  const fs::path replacing = fs::path(folder) / kNewProfiles;
  const fs::path source = fs::is_directory(replacing, error) ? replacing : fs::path(folder);
  error.clear();  // of what is not there
  for (fs::directory_iterator at(source, error), end; !error && at != end; at.increment(error)) {
    if (at->path().extension() == ".json" && at->is_regular_file()) {
      paths.push_back(at->path().string());
    }
  }
  if (error) {
    throw InputError(fmt::format("{}: cannot be read: {}", folder, error.message()));
  }
  std::sort(paths.begin(), paths.end());
  std::vector<LayerProfile> profiles(paths.size());
  std::vector<std::optional<InputError>> errors(paths.size());
  ChunkQueue queue(static_cast<std::int64_t>(paths.size()), threads);
  const std::atomic<bool> never{false};
  const auto work = [&](int, const StopToken&) {
    for (auto chunk = queue.next(); !chunk.empty(); chunk = queue.next()) {
      for (auto i = static_cast<std::size_t>(chunk.begin); i < static_cast<std::size_t>(chunk.end);
           ++i) {
        try {
          profiles[i] = parse_profile(paths[i], read_text_file(paths[i]));
        } catch (const InputError& input_error) {
          errors[i] = input_error;  // told below: the same one for any number of threads
        }
      }
    }
  };
  constexpr int kSeldom = 1000;
  run_threads(threads, work, never, kSeldom, [] {});
  for (const auto& input_error : errors) {
    if (input_error) {
      throw *input_error;
    }
  }
  return {folder, std::move(profiles)};
}

}  // namespace calculon
