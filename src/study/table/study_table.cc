#include "study/table/study_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <limits>
#include <sstream>

#include "calculon/base/files.h"
#include "study/spec/table_columns.h"
#include "text/json_report.h"

namespace calculon {
namespace {

// The statistics that most tables are about, those of a preset: what is judged by, the parts of the
// batch time and of the memory, and what needs bandwidth.
std::vector<std::string_view> key_statistics(Preset preset) {
  std::vector<std::string_view> names = {"sample_rate", "total_time", "compute_efficiency",
                                         "system_efficiency", "total_efficiency"};
  const auto add_roles = [&](const auto& wanted) {
    for (const StatField& field : kStatsFields) {
      if (field.belongs_to(preset) && wanted(field.role)) {
        names.push_back(field.name);
      }
    }
  };
  add_roles(is_time_part);
  names.insert(names.end(), {"tp_comm_link_time", "pp_comm_link_time", "dp_comm_link_time"});
  add_roles(is_memory_part);
  add_roles([](Role role) { return role == Role::kLeftInTier1; });
  names.insert(names.end(),
               {"proc_mem_tier1_cap_req", "proc_mem_tier2_cap_req", "act_offload_bw_req",
                "weight_offload_bw_req", "optim_offload_bw_req", "offload_mem_bw_req"});
  return names;
}

double number_or_none(const Json& object, std::string_view key) {
  const auto found = object.find(std::string(key));
  return found != object.end() && found->is_number() ? found->get<double>()
                                                     : std::numeric_limits<double>::quiet_NaN();
}

std::string reason_of(const Json& record) {
  if (record.contains("why")) {
    return record["why"].get<std::string>();
  }
  if (record.contains("closest")) {
    return record["closest"]["what"].get<std::string>();
  }
  return record["status"] == "infeasible" ? "no execution in the search space" : "";
}

// The kind of a reason out of its words, for what has no kind of its own: invalid points, and
// records that were written before there were kinds. It is what stands before a colon or the first
// number that is not the name of a tier.
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

std::string kind_of(const Json& record, const std::string& reason) {
  return record.contains("reason_kind") ? record["reason_kind"].get<std::string>()
                                        : kind_in(reason);
}

std::string csv_cell(const Json& value) {
  if (value.is_null()) {
    return "";
  }
  const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
  if (text.find_first_of(",\"\r\n") == std::string::npos) {
    return text;
  }
  std::string quoted = "\"";
  for (const char c : text) {
    quoted += c == '"' ? "\"\"" : std::string(1, c);
  }
  return quoted + "\"";
}

}  // namespace

StudyTable::StudyTable(const LoadedStudy& loaded, const ResultIndex& index)
    : loaded_(loaded), index_(index), statistic_(deciding_statistic(*loaded.study)) {
  derived_.emplace(*loaded.study, read_scores());
  const Study& study = *loaded.study;
  columns_ = study.column_names();
  if (!study.vary().empty()) {
    columns_.emplace_back("varied");
  }
  if (top_ > 1) {
    columns_.emplace_back("rank");
  }
  columns_.insert(columns_.end(), kStatusColumns.begin(), kStatusColumns.end());
  const Preset preset = moe_ ? Preset::kCalculonMoe : Preset::kCalculon;
  if (study.columns().empty()) {
    const std::vector<std::string> axes = study.column_names();
    for (const std::string_view name : setting_names(preset)) {
      if (std::find(axes.begin(), axes.end(), name) == axes.end()) {
        columns_.emplace_back(name);
      }
    }
    for (const std::string_view name : key_statistics(preset)) {
      columns_.emplace_back(name);
    }
  }
  columns_.insert(columns_.end(), study.columns().begin(), study.columns().end());
  if (study.cost().known()) {
    columns_.insert(columns_.end(), kCostColumns.begin(), kCostColumns.end());
  }
  columns_.insert(columns_.end(), derived_->columns().begin(), derived_->columns().end());
}

Json StudyTable::record(std::size_t index) const {
  return Json::parse(index_.line(loaded_.points[index].id));
}

std::vector<PointScore> StudyTable::read_scores() {
  const Study& study = *loaded_.study;
  bool computed_labels = false;
  for (const Axis& axis : study.axes()) {
    computed_labels = computed_labels || axis.affordable;
  }
  std::vector<PointScore> scores;
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  for (std::size_t i = 0; i < loaded_.points.size(); ++i) {
    const Json found = record(i);
    PointScore score{kNone, kNone, nullptr};
    const Json best = found.value("best", Json::array());
    if (!best.empty()) {
      score.value = number_or_none(best[0]["stats"], statistic_);
      score.system_efficiency = number_or_none(best[0]["stats"], "system_efficiency");
      moe_ = moe_ || best[0]["execution"].contains("model_MoE");
      top_ = std::max(top_, best.size());
    }
    if (computed_labels) {
      const std::vector<Json> labels = study.labels(i);
      for (std::size_t a = 0; a < study.axes().size(); ++a) {
        score.label = study.axes()[a].affordable ? labels[a] : score.label;
      }
    }
    scores.push_back(std::move(score));
    const std::string status = found["status"];
    if (status == "invalid" && counts_.invalid == 0) {
      counts_.first_reason = reason_of(found);
    }
    ++(status == "ok" ? counts_.ok : status == "infeasible" ? counts_.infeasible : counts_.invalid);
  }
  return scores;
}

void StudyTable::for_each_row(const std::function<void(const Json& row)>& visit) const {
  for (std::size_t i = 0; i < loaded_.points.size(); ++i) {
    if (!derived_->shown(i)) {
      continue;
    }
    const Json found = record(i);
    const std::size_t ranks = std::max<std::size_t>(1, found.value("best", Json::array()).size());
    for (std::size_t rank = 0; rank < ranks; ++rank) {
      visit(row(i, found, rank));
    }
  }
}

Json StudyTable::row(std::size_t index, const Json& record, std::size_t rank) const {
  Json row = Json::object();
  for (const std::string& column : columns_) {
    row[column] = nullptr;
  }
  const Study& study = *loaded_.study;
  const std::vector<std::string> names = study.column_names();
  const std::vector<Json> labels = study.labels(index);
  for (std::size_t i = 0; i < names.size(); ++i) {
    row[names[i]] = labels[i];
  }
  if (!study.vary().empty()) {
    const int varied = study.varied(index);
    row["varied"] = varied < 0 ? "" : study.vary()[static_cast<std::size_t>(varied)].name;
  }
  if (top_ > 1) {
    row["rank"] = rank;
  }
  row["status"] = record["status"];
  if (record["status"] != "ok") {
    const std::string reason = reason_of(record);
    row["reason"] = reason;
    row["reason_kind"] = kind_of(record, reason);
  }
  for (const std::string_view count : {"enumerated", "feasible"}) {
    row[std::string(count)] = record.value(std::string(count), Json(nullptr));
  }
  const Json best = record.value("best", Json::array());
  if (rank < best.size()) {
    for (const char* part : {"execution", "stats"}) {
      for (const auto& item : best[rank][part].items()) {
        if (std::find(names.begin(), names.end(), item.key()) == names.end()) {
          row[item.key()] = item.value();
        }
      }
    }
  }
  if (study.cost().known()) {
    add_cost(index, row);
  }
  const std::vector<Json> derived = derived_->cells(index);
  for (std::size_t i = 0; i < derived.size(); ++i) {
    row[derived_->columns()[i]] = derived[i];
  }
  if (record.contains("summary")) {
    row["summary"] = record["summary"];
  }
  return row;
}

void StudyTable::add_cost(std::size_t index, Json& row) const {
  try {
    const Point point = loaded_.study->point(index);
    row["price"] = to_json(*point.price);
    if (point.max_procs) {
      row["max_procs"] = *point.max_procs;
    }
    const double procs = number_or_none(row, "num_procs");
    const double cost = procs * *point.price;
    row["system_cost"] = to_json(cost);
    constexpr double kMillion = 1e6;
    row["rate_per_megadollar"] = to_json(number_or_none(row, "sample_rate") / (cost / kMillion));
  } catch (const InputError&) {
    // An invalid point has no price.
  }
}

void write_table(const StudyTable& table, const std::string& path) {
  OutputFile file(path);
  if (has_extension(path, ".json")) {
    bool first = true;
    file.write("[");
    table.for_each_row([&](const Json& row) {
      Json shown = Json::object();
      for (const std::string& column : table.columns()) {
        shown[column] = row[column];
      }
      file.write((first ? "\n" : ",\n") + shown.dump());
      first = false;
    });
    file.write("\n]\n");
  } else {
    std::string header;
    for (const std::string& column : table.columns()) {
      header += (header.empty() ? "" : ",") + csv_cell(column);
    }
    file.write(header + "\n");
    table.for_each_row([&](const Json& row) {
      std::string line;
      for (std::size_t i = 0; i < table.columns().size(); ++i) {
        line += (i > 0 ? "," : "") + csv_cell(row[table.columns()[i]]);
      }
      file.write(line + "\n");
    });
  }
  file.commit();
}

}  // namespace calculon
