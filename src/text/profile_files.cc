#include "text/profile_files.h"

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <numeric>
#include <random>
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

// By the name of its file.
using ProfileTexts = std::map<std::string, std::string>;

ProfileTexts profile_texts(const std::vector<LayerProfile>& profiles) {
  ProfileTexts texts;
  for (const LayerProfile& profile : profiles) {
    texts.emplace(profile_file_name(profile.key), json_text(profile_json(profile), 2) + "\n");
  }
  return texts;
}

void require(const std::error_code& error, const fs::path& path, std::string_view doing) {
  if (error) {
    throw InputError(fmt::format("{}: cannot be {}: {}", path.string(), doing, error.message()));
  }
}

constexpr std::string_view kTemporaryStart = ".hetero-profile.";
constexpr std::string_view kTemporaryEnd = ".tmp";

// What a killed run leaves: its folder of new profiles, or the temporary file of one.
bool is_leftover(const std::string& name) {
  constexpr std::string_view kJson = ".json";
  const auto json = name.rfind(".json.");
  return name.ends_with(kTemporaryEnd) &&
         (name.starts_with(kTemporaryStart) ||
          (json != std::string::npos && key_of_profile_name(name.substr(0, json + kJson.size()))));
}

// What a folder has, by name.
struct FolderContent {
  std::set<std::string> profiles;
  std::set<std::string> leftovers;
  std::set<std::string> other_files;
};

FolderContent content_of(const fs::path& folder) {
  std::error_code error;
  FolderContent content;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    const std::string name = at->path().filename().string();
    std::error_code unknown;
    if (is_leftover(name)) {
      content.leftovers.insert(name);
    } else if (at->is_regular_file(unknown)) {
      (key_of_profile_name(name) ? content.profiles : content.other_files).insert(name);
    }
  }
  require(error, folder, "read");
  return content;
}

void write_text(const fs::path& path, const std::string& text) {
  OutputFile file(path.string(), OutputFile::Owner::kProgram);
  file.write(text);
  file.commit();
}

// A folder of a name that nothing else has, inside another one. Goes away with its content.
class TemporaryFolder {
 public:
  explicit TemporaryFolder(const fs::path& parent) {
    std::random_device random;
    std::error_code error;
    do {
      path_ =
          parent / fmt::format("{}{}-{:08x}{}", kTemporaryStart, getpid(), random(), kTemporaryEnd);
    } while (!fs::create_directory(path_, error) && !error);
    require(error, path_, "made");
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

// Puts the new profiles of a folder in the place of the old ones. They count already, until the
// last step takes them away, so that it does no harm if this ends in the middle: the next run
// repeats it.
void finish_replacement(const fs::path& folder) {
  const fs::path whole = folder / kNewProfiles;
  std::error_code error;
  if (!fs::is_directory(whole, error)) {
    return;
  }
  const std::set<std::string> fresh = content_of(whole).profiles;
  for (const std::string& name : fresh) {
    write_text(folder / name, read_text_file((whole / name).string()));
  }
  for (const std::string& name : content_of(folder).profiles) {
    if (!fresh.contains(name)) {
      fs::remove(folder / name, error);
      require(error, folder / name, "removed");
    }
  }
  const TemporaryFolder away(folder);
  fs::rename(whole, away.path() / kNewProfiles, error);
  require(error, whole, "removed");
}

// Whether there are profiles other than these, which are not to be lost without having been told.
bool has_others(const fs::path& folder, const FolderContent& content, const ProfileTexts& texts,
                bool force) {
  std::vector<std::string> others;
  for (const std::string& name : content.profiles) {
    const auto same = texts.find(name);
    if (same == texts.end() || same->second != read_text_file((folder / name).string())) {
      others.push_back(name);
    }
  }
  if (!others.empty() && !force) {
    throw InputError(fmt::format(
        "{}: has other profiles ({}, such as {}), which would be replaced or removed, expected an "
        "empty folder (--force replaces them)",
        folder.string(), others.size(), others.front()));
  }
  return !others.empty();
}

}  // namespace

bool write_profiles(const std::string& folder_name, const std::vector<LayerProfile>& profiles,
                    bool force, const std::atomic<bool>* stop) {
  const fs::path folder(folder_name);
  std::error_code error;
  fs::create_directories(folder, error);
  require(error, folder, "made");
  finish_replacement(folder);  // of a run that was killed
  const FolderContent content = content_of(folder);
  if (!content.other_files.empty() && !force) {
    throw InputError(
        fmt::format("{}: has {}, which is no profile, expected an empty folder (--force leaves it "
                    "there)",
                    folder_name, *content.other_files.begin()));
  }
  const ProfileTexts texts = profile_texts(profiles);
  const bool others = has_others(folder, content, texts, force);
  for (const std::string& name : content.leftovers) {
    fs::remove_all(folder / name, error);
    require(error, folder / name, "removed");
  }
  if (!others && content.profiles.size() == texts.size()) {
    return true;  // they are there already
  }
  const TemporaryFolder fresh(folder);
  const fs::path inside = fresh.path() / kNewProfiles;
  fs::create_directory(inside, error);
  require(error, inside, "made");
  for (const auto& [name, text] : texts) {
    if (stop && *stop) {
      return false;
    }
    write_text(inside / name, text);
  }
  fs::rename(inside, folder / kNewProfiles, error);  // from here on they count
  require(error, folder, "written");
  finish_replacement(folder);
  return true;
}

}  // namespace calculon
