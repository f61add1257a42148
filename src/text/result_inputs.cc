#include "text/result_inputs.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <optional>

#include "calculon/base/files.h"
#include "strategy/result_execution.h"

namespace calculon {
namespace {

std::optional<std::time_t> changed_at(const std::string& path) {
  const auto reference = result_reference(path);
  struct ::stat status = {};
  if (::stat((reference ? reference->file : path).c_str(), &status) != 0 ||
      !S_ISREG(status.st_mode)) {
    return std::nullopt;
  }
  return status.st_mtime;
}

}  // namespace

Json result_inputs_json(const ResultInputs& inputs) {
  const char* const batch = inputs.batch_is_limit ? "max_batch_size" : "batch_size";
  Json json = {{"calculon", CALCULON_VERSION},  {"methodology", inputs.methodology},
               {"model", inputs.model},         {"system", inputs.system},
               {"num_procs", inputs.num_procs}, {batch, inputs.batch_size},
               {"datatype", inputs.datatype},   {"date", nullptr}};
  if (!inputs.date.empty()) {
    json["date"] = inputs.date;
  }
  if (!inputs.pareto.empty()) {
    json["pareto"] = inputs.pareto;
  }
  return json;
}

ResultInputs inputs_of_files(const std::string& model, const std::string& system,
                             const std::vector<std::string>& more) {
  std::vector<std::string> files = more;
  files.insert(files.end(), {model, system});
  ResultInputs inputs;
  inputs.model = input_name(model);
  inputs.system = input_name(system);
  inputs.date = modification_date(files);
  return inputs;
}

std::string input_name(const std::string& path) {
  if (path == kStandardStream) {
    return "standard input";
  }
  std::string name = name_without_extension(path);
  const auto end = path.rfind('/');
  if (name != "config" || end == std::string::npos || end == 0) {
    return name;
  }
  const auto start = path.rfind('/', end - 1);
  const std::string folder = path.substr(start == std::string::npos ? 0 : start + 1,
                                         end - (start == std::string::npos ? 0 : start + 1));
  return folder.find_first_not_of('.') == std::string::npos ? name : folder + "/" + name;
}

std::string modification_date(const std::vector<std::string>& paths) {
  std::optional<std::time_t> latest;
  for (const std::string& path : paths) {
    const auto changed = changed_at(path);
    latest = changed && latest ? std::max(*changed, *latest) : changed ? changed : latest;
  }
  std::tm day = {};
  if (!latest || ::gmtime_r(&*latest, &day) == nullptr) {
    return "";
  }
  std::array<char, 32> text{};
  const std::size_t length = std::strftime(text.data(), text.size(), "%Y-%m-%d", &day);
  return {text.data(), length};
}

}  // namespace calculon
