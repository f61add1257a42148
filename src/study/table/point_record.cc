#include "study/table/point_record.h"

#include <algorithm>
#include <cctype>
#include <limits>
#include <sstream>

#include "base/json_text.h"
#include "study/points/record_check.h"
#include "text/table_json.h"

namespace calculon {
namespace {

std::string reason_of(const Json& record) {
  if (record.contains("why")) {
    return record.at("why").get<std::string>();
  }
  if (record.contains("closest")) {
    return record.at("closest").at("what").get<std::string>();
  }
  return record.at("status") == "infeasible" ? "no execution in the search space" : "";
}

// The kind of a reason out of its words, for what has no kind of its own: invalid points,
// spaces without an execution, and records that were written before there were kinds. It is what
// stands before a colon or the first number that is not the name of a tier.
std::string kind_in(const std::string& text) {
  std::string kind;
  std::istringstream words(text.substr(0, text.find(':')));
  std::string last;
  for (std::string word; words >> word; last = word) {
    const bool number = std::isdigit(static_cast<unsigned char>(word[0])) != 0;
    if (number && last != "tier") {
      break;
    }
    kind += (kind.empty() ? "" : " ") + word;
  }
  constexpr std::string_view kNeeds = " needs";
  if (kind.ends_with(kNeeds)) {
    kind.replace(kind.size() - kNeeds.size(), kNeeds.size(), " is too small");
  }
  return kind.empty() ? text : kind;
}

bool is_of_stages(std::string_view name) {
  return name == "stage_blocks" || name == "memory.stages";
}

Cell member(const Json& record, std::string_view key) {
  const auto found = record.find(std::string(key));
  return found == record.end() ? Cell() : cell_of(*found);
}

// Adds the members of an object, nested ones with dotted names. Lists of settings are texts, as
// they are in tables of searches; those of pipeline stages have no place in a row.
void add_values(const Json& object, const std::string& prefix, Texts& texts,
                PointRecord::Execution& execution) {
  for (const auto& item : object.items()) {
    const Json& value = item.value();
    const std::string name = prefix + item.key();
    if (value.is_object()) {
      add_values(value, name + ".", texts, execution);
    } else if (!value.is_array()) {
      execution.push_back({texts.keep(name), texts.keep_cell(cell_of(value))});
    } else if (!is_of_stages(name)) {
      execution.push_back({texts.keep(name), texts.keep_cell(json_text(value))});
    }
  }
}

PointRecord::Execution read_execution(const Json& json, Texts& texts) {
  PointRecord::Execution execution;
  execution.reserve(json.at("execution").size() + json.at("stats").size());
  for (const char* part : {"execution", "stats"}) {
    add_values(json.at(part), "", texts, execution);
  }
  return execution;
}

// Of the best execution.
std::vector<double> read_stage_peaks(const Json& best) {
  std::vector<double> peaks;
  const Json none = Json::array();
  const Json& stats = best.empty() ? none : best.front().at("stats");
  if (stats.contains("memory")) {
    for (const Json& stage : stats.at("memory").at("stages")) {
      peaks.push_back(stage.at("peak").is_number() ? stage.at("peak").get<double>()
                                                   : std::numeric_limits<double>::quiet_NaN());
    }
  }
  return peaks;
}

const PointRecord::Value* find(const PointRecord& record, std::string_view name) {
  if (record.best.empty()) {
    return nullptr;
  }
  const PointRecord::Execution& best = record.best.front();
  const auto found =
      std::find_if(best.begin(), best.end(), [&](const auto& value) { return value.name == name; });
  return found == best.end() ? nullptr : &*found;
}

}  // namespace

double PointRecord::best_number(std::string_view name) const {
  const Value* found = find(*this, name);
  return found && found->cell.is_number() ? found->cell.number()
                                          : std::numeric_limits<double>::quiet_NaN();
}

bool PointRecord::best_has(std::string_view name) const {
  return find(*this, name) != nullptr;
}

PointRecord read_record(std::string_view line, Texts& texts) {
  const Json json = parse_record(line);
  PointRecord record;
  record.status = json.at("status").get<std::string>();
  if (!record.ok()) {
    record.reason = reason_of(json);
    record.reason_kind = json.contains("reason_kind") ? json.at("reason_kind").get<std::string>()
                                                      : kind_in(record.reason);
  }
  record.enumerated = member(json, "enumerated");
  record.feasible = member(json, "feasible");
  if (json.contains("best")) {
    for (const Json& execution : json.at("best")) {
      record.best.push_back(read_execution(execution, texts));
    }
    record.stage_peaks = read_stage_peaks(json.at("best"));
  }
  if (json.contains("summary")) {
    record.summary = distribution_of(json.at("summary"));
  }
  return record;
}

}  // namespace calculon
