#include "cli/hetero/plan_inputs.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/options.h"
#include "text/result_inputs.h"

namespace calculon {
namespace {

// "16 A100 + 16 V100"
std::string cluster_text(const GpuCluster& cluster) {
  std::vector<std::string> words;
  for (const std::string& type : cluster.types()) {
    words.push_back(fmt::format("{} {}", cluster.num_gpus(type), type));
  }
  return fmt::format("{}", fmt::join(words, " + "));
}

// "profiles" of runs/profiles/
std::string folder_name(std::string path) {
  while (path.ends_with('/')) {
    path.pop_back();
  }
  return source_name(path);
}

// All files that the plan depends on.
std::vector<std::string> files_of(const PlanOptions& options, const ProfileSet& profiles,
                                  const ModelInputs* model) {
  std::vector<std::string> files = {options.hostfile};
  if (!options.clusterfile.empty()) {
    files.push_back(options.clusterfile);
  }
  if (model) {
    files.insert(files.end(), model->files.begin(), model->files.end());
    return files;
  }
  for (const LayerProfile& profile : profiles.profiles()) {
    files.push_back(fmt::format("{}/{}", options.profile_dir, profile_file_name(profile.key)));
  }
  return files;
}

}  // namespace

Json plan_inputs_json(const PlanOptions& options, const HeteroOptions& planner,
                      const GpuCluster& cluster, const ProfileSet& profiles,
                      const ModelInputs* model) {
  const std::string profiled = profiles.profiles().front().model_name;
  ResultInputs inputs;
  inputs.model = model              ? input_name(options.model.model)
                 : profiled.empty() ? folder_name(options.profile_dir)
                                    : profiled;
  inputs.system = cluster_text(cluster);
  inputs.methodology =
      fmt::format("{} {}planner", planner.quirks == QuirkMode::kFixed ? "corrected" : "published",
                  options.uniform ? "uniform " : "");
  inputs.num_procs = cluster.num_gpus();
  inputs.batch_size = planner.global_batch_size;
  inputs.datatype = model ? enum_name(model->choices.datatype) : "";
  inputs.date = modification_date(files_of(options, profiles, model));
  Json json = result_inputs_json(inputs);
  if (!model) {
    json.erase("datatype");  // profiles do not tell
    json["profiles"] = folder_name(options.profile_dir);
  }
  json["hostfile"] = source_name(options.hostfile);
  if (!options.clusterfile.empty()) {
    json["clusterfile"] = source_name(options.clusterfile);
  }
  return json;
}

}  // namespace calculon
