#include "text/profile_files.h"

#include <fmt/format.h>

#include <filesystem>
#include <numeric>
#include <set>

#include "base/json_reader.h"
#include "base/json_text.h"
#include "calculon/base/files.h"
#include "calculon/base/input_error.h"
#include "text/json_report.h"

namespace calculon {
namespace {

namespace fs = std::filesystem;

Json numbers_json(const std::vector<double>& values) {
  Json json = Json::array();
  for (const double value : values) {
    json.push_back(to_json(value));
  }
  return json;
}

Json profile_json(const LayerProfile& profile) {
  const auto sum = [](const std::vector<double>& values) {
    return to_json(std::accumulate(values.begin(), values.end(), 0.0));
  };
  return {
      {"model",
       {{"model_name", profile.model_name},
        {"num_layers", profile.num_layers()},
        {"num_MHA_layers", profile.num_layers() - 2},
        {"parameters",
         {{"total_parameters_bytes", sum(profile.layer_parameter_bytes)},
          {"parameters_per_layer_bytes", numbers_json(profile.layer_parameter_bytes)}}}}},
      {"execution_time",
       {{"total_time_ms", to_json(profile.total_ms)},
        {"forward_backward_time_ms", to_json(profile.forward_backward_ms)},
        {"batch_generator_time_ms", to_json(profile.batch_generator_ms)},
        {"layernorm_grads_all_reduce_time_ms", to_json(profile.layernorm_reduce_ms)},
        {"embedding_grads_all_reduce_time_ms", to_json(profile.embedding_reduce_ms)},
        {"optimizer_time_ms", to_json(profile.optimizer_ms)},
        {"between_forward_backward_time_ms", to_json(profile.between_ms)},
        {"layer_compute_total_ms", numbers_json(profile.layer_ms)}}},
      {"execution_memory",
       {{"total_memory", sum(profile.layer_mb)},
        {"layer_memory_total_mb", numbers_json(profile.layer_mb)}}},
  };
}

std::set<fs::path> plain_files(const std::string& folder) {
  std::error_code error;
  std::set<fs::path> files;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    if (at->is_regular_file()) {
      files.insert(at->path());
    }
  }
  if (error) {
    throw InputError(fmt::format("{}: cannot be read: {}", folder, error.message()));
  }
  return files;
}

}  // namespace

void write_profiles(const std::string& folder, const std::vector<LayerProfile>& profiles,
                    bool force) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) {
    throw InputError(fmt::format("{}: cannot be made: {}", folder, error.message()));
  }
  std::set<fs::path> stale = plain_files(folder);
  for (const fs::path& path : stale) {
    const std::string name = path.filename().string();
    if (!force && !key_of_profile_name(name)) {
      throw InputError(
          fmt::format("{}: has {}, which is no profile, expected an empty folder "
                      "(--force removes what is there)",
                      folder, name));
    }
  }
  for (const LayerProfile& profile : profiles) {
    const fs::path path = fs::path(folder) / profile_file_name(profile.key);
    OutputFile file(path.string());
    file.write(json_text(profile_json(profile), 2) + "\n");
    file.commit();
    stale.erase(path);
  }
  for (const fs::path& path : stale) {
    if (!fs::remove(path, error) && error) {
      throw InputError(fmt::format("{}: cannot be removed: {}", path.string(), error.message()));
    }
  }
}

}  // namespace calculon
