#include "study/table/study_table.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/json_text.h"
#include "calculon/base/parallel.h"
#include "calculon/calibrated/calibrated_execution.h"
#include "calculon/statistics/run_cost.h"
#include "study/spec/table_columns.h"
#include "study/table/measured_cells.h"
#include "text/table_json.h"

namespace calculon {
namespace {

// Of whichever methodology.
constexpr std::string_view kTokensPerProcessor = "token_rate_per_proc";

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

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

void append(const std::vector<std::string>& more, std::vector<std::string>& names) {
  names.insert(names.end(), more.begin(), more.end());
}

}  // namespace

StudyTable::StudyTable(const LoadedStudy& loaded, const ResultIndex& index, const Watch& watch,
                       int threads)
    : loaded_(loaded),
      index_(index),
      watch_(watch),
      threads_(threads),
      axes_(loaded.study->column_names()),
      methodologies_(methodologies_of(loaded.points)),
      run_tokens_(run_tokens(parse_derivations(*loaded.study))) {
  RecordReader reader(index, threads);
  std::vector<PointRecord> kept;
  derived_.emplace(*loaded.study, read_records(kept, reader));
  columns_ = columns_of_study();
  rows_.add_columns(columns_);
  for (std::size_t i = 0; i < kept.size(); ++i) {
    watch.step("making rows", i, kept.size());
    add_point(i, kept[i], rows_);
  }
}

std::vector<std::string> StudyTable::columns_of_study() const {
  const Study& study = *loaded_.study;
  std::vector<std::string> columns = axes_;
  if (!study.vary().empty()) {
    columns.emplace_back("varied");
  }
  if (top_ > 1) {
    columns.emplace_back("rank");
  }
  if (study.is_measured()) {
    columns.insert(columns.end(), kRunColumnNames.begin(), kRunColumnNames.end());
  }
  append(study_columns(StudyColumn::Group::kStatus), columns);
  if (study.columns().empty()) {
    append_model_columns(columns);
  }
  append(study.columns(), columns);
  if (study.cost().known()) {
    append(study_columns(StudyColumn::Group::kCost), columns);
  }
  append(derived_->columns(), columns);
  if (run_tokens_) {
    columns.emplace_back("days");
  }
  return columns;
}

void StudyTable::append_model_columns(std::vector<std::string>& columns) const {
  const auto add = [&](const auto& names) {
    for (const std::string_view name : names) {
      if (!contains(columns, name)) {
        columns.emplace_back(name);
      }
    }
  };
  const auto has = [&](Methodology methodology) {
    return std::find(methodologies_.begin(), methodologies_.end(), methodology) !=
           methodologies_.end();
  };
  if (tells_methodology()) {
    add(std::array{kMethodologyKey});
  }
  std::vector<Preset> presets;
  if (has(Methodology::kPublished)) {
    presets.push_back(moe_ ? Preset::kCalculonMoe : Preset::kCalculon);
  }
  if (has(Methodology::kCorrected)) {
    presets.push_back(Preset::kCorrected);
  }
  for (const Preset preset : presets) {
    add(setting_names(preset));
  }
  for (const Preset preset : presets) {
    add(key_statistics(preset));
  }
  if (has(Methodology::kCalibrated)) {
    add(calibrated_setting_names());
    add(calibrated_statistic_names());
    add(std::array{kTokensPerProcessor});
  }
}

void StudyTable::count(const PointRecord& record) {
  if (record.status == "invalid" && counts_.invalid == 0) {
    counts_.first_reason = record.reason;
  }
  ++(record.ok()                     ? counts_.ok
     : record.status == "infeasible" ? counts_.infeasible
                                     : counts_.invalid);
  moe_ = moe_ || record.best_has("model_MoE");
  top_ = std::max(top_, record.best.size());
}

// Calls `take(first, last)` with neighbouring points, whose records the reader has.
template <class Take>
void StudyTable::for_each_round(std::string_view doing, RecordReader& reader,
                                const Take& take) const {
  constexpr std::size_t kPointsPerRound = 4096;
  const std::size_t count = loaded_.points.size();
  std::vector<Hash128> ids;
  for (std::size_t first = 0; first < count; first += kPointsPerRound) {
    const std::size_t last = std::min(first + kPointsPerRound, count);
    watch_.step(doing, first, count);
    ids.clear();
    for (std::size_t i = first; i < last; ++i) {
      ids.push_back(loaded_.points[i].id);
    }
    reader.read(ids);
    take(first, last);
  }
}

std::vector<PointScore> StudyTable::read_records(std::vector<PointRecord>& kept,
                                                 RecordReader& reader) {
  const std::string statistic = deciding_statistic(*loaded_.study).name;
  const std::vector<StatFilter> conditions = conditions_of(parse_derivations(*loaded_.study));
  std::vector<PointScore> scores;
  for_each_round("reading records", reader, [&](std::size_t first, std::size_t last) {
    for (std::size_t i = first; i < last; ++i) {
      const PointRecord& found = reader.at(loaded_.points[i].id);
      count(found);
      notes_.add(*loaded_.study, i, found);
      PointScore score{found.best_number(statistic),
                       found.best_number("system_efficiency"),
                       computed_label(i),
                       {}};
      for (const StatFilter& asked : conditions) {
        score.meets.push_back(found.ok() &&
                              asked.condition.holds(found.best_number(asked.field->name)));
      }
      scores.push_back(score);
      if (!is_large()) {
        kept.push_back(found);
      }
    }
  });
  return scores;
}

Cell StudyTable::computed_label(std::size_t index) const {
  const std::vector<Axis>& axes = loaded_.study->axes();
  const auto computed = std::find_if(axes.rbegin(), axes.rend(),
                                     [](const Axis& axis) { return axis.affordable.has_value(); });
  if (computed == axes.rend()) {
    return {};
  }
  const std::vector<Json> labels = loaded_.study->labels(index);
  return cell_of(labels[static_cast<std::size_t>(axes.rend() - computed - 1)]);
}

void StudyTable::for_each_row(const Visit& visit) const {
  if (!is_large()) {
    for (std::size_t row = 0; row < rows_.size(); ++row) {
      watch_.step("writing rows", row, rows_.size());
      visit(rows_, row);
    }
    return;
  }
  RecordReader reader(index_, threads_);
  std::vector<Table> parts(static_cast<std::size_t>(std::max(threads_, 1)));
  for (Table& rows : parts) {
    rows.add_columns(columns_);
  }
  for_each_round("writing rows", reader, [&](std::size_t first, std::size_t last) {
    parallel_for(parts.size(), threads_, [&](std::size_t part) {
      parts[part].clear();
      const std::size_t end = first + (last - first) * (part + 1) / parts.size();
      for (std::size_t i = first + (last - first) * part / parts.size(); i < end; ++i) {
        add_point(i, reader.at(loaded_.points[i].id), parts[part]);
      }
    });
    for (const Table& rows : parts) {
      for (std::size_t row = 0; row < rows.size(); ++row) {
        visit(rows, row);
      }
    }
  });
}

void StudyTable::add_point(std::size_t index, const PointRecord& record, Table& rows) const {
  if (!derived_->shown(index)) {
    return;
  }
  const std::size_t ranks = std::max<std::size_t>(1, record.best.size());
  for (std::size_t rank = 0; rank < ranks; ++rank) {
    add_row(index, record, rank, rows);
  }
}

void StudyTable::add_row(std::size_t index, const PointRecord& record, std::size_t rank,
                         Table& rows) const {
  const Study& study = *loaded_.study;
  rows.add_row();
  const std::vector<Json> labels = study.labels(index);
  for (std::size_t i = 0; i < axes_.size(); ++i) {
    rows.set(axes_[i], cell_of(labels[i]));
  }
  if (!study.vary().empty()) {
    const int varied = study.varied(index);
    rows.set("varied", varied < 0 ? "" : study.vary()[static_cast<std::size_t>(varied)].name);
  }
  if (top_ > 1) {
    rows.set("rank", rank);
  }
  rows.set("status", record.status);
  if (!record.ok()) {
    rows.set("reason", record.reason);
    rows.set("reason_kind", record.reason_kind);
  }
  rows.set("enumerated", record.enumerated);
  rows.set("feasible", record.feasible);
  if (rank < record.best.size()) {
    for (const PointRecord::Value& value : record.best[rank]) {
      if (!contains(axes_, value.name)) {
        rows.set(value.name, value.cell);
      }
    }
  }
  const PointTask& task = loaded_.points[index].task;
  const bool told = tells_methodology() || contains(columns_, kMethodologyKey);
  if (told && task.transformer && !contains(axes_, kMethodologyKey)) {
    rows.set(kMethodologyKey, enum_name(methodology_of(task)));
  }
  if (study.cost().known()) {
    set_cost(index, rows);
  }
  if (study.is_measured()) {
    set_run(index, record, rows);
  }
  const std::vector<Cell> derived = derived_->cells(index);
  for (std::size_t i = 0; i < derived.size(); ++i) {
    rows.set(derived_->columns()[i], derived[i]);
  }
  set_rates(index, rows);
  if (record.summary) {
    rows.set_summary(*record.summary);
    if (contains(columns_, "summary")) {
      rows.set("summary", json_text(summary_json(*record.summary)));
    }
  }
}

void StudyTable::set_run(std::size_t index, const PointRecord& record, Table& rows) const {
  try {
    set_measured(loaded_.study->point(index), record, rows);
  } catch (const InputError&) {
    // An invalid point has its reason only.
  }
}

void StudyTable::set_cost(std::size_t index, Table& rows) const {
  try {
    const Point point = loaded_.study->point(index);
    const std::size_t row = rows.size() - 1;
    rows.set("price", number_cell(*point.price));
    if (point.max_procs) {
      rows.set("max_procs", *point.max_procs);
    }
    const double cost = rows.number(row, "num_procs").value_or(kNoAnswer) * *point.price;
    rows.set("system_cost", number_cell(cost));
    constexpr double kMillion = 1e6;
    rows.set("rate_per_megadollar",
             number_cell(rows.number(row, "sample_rate").value_or(kNoAnswer) / (cost / kMillion)));
  } catch (const InputError&) {
    // An invalid point has no price.
  }
}

// Of every methodology: a row has the rate of its execution, and its point the model.
void StudyTable::set_rates(std::size_t index, Table& rows) const {
  const Transformer* model = loaded_.points[index].task.transformer.get();
  const std::size_t row = rows.size() - 1;
  const std::optional<double> rate = rows.number(row, "sample_rate");
  if (!model || !rate || !(*rate > 0)) {
    return;
  }
  const double tokens_per_second = *rate * static_cast<double>(model->seq_size);
  if (contains(columns_, kTokensPerProcessor)) {
    const double processors = rows.number(row, "num_procs").value_or(kNoAnswer);
    rows.set(kTokensPerProcessor, number_cell(tokens_per_second / processors));
  }
  if (run_tokens_) {
    RunCostOptions run;
    run.tokens = run_tokens_;
    rows.set("days", number_cell(run_cost(run, tokens_per_second, 1).days));
  }
}

}  // namespace calculon
