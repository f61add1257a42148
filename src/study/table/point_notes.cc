#include "study/table/point_notes.h"

#include <fmt/format.h>

#include "base/json_text.h"
#include "calculon/base/quantity_text.h"
#include "text/notes.h"

namespace calculon {
namespace {

// The settings on which the work of a model depends, from a record.
Strategy strategy_of(const PointRecord& record) {
  Strategy strategy;
  strategy.set_preset(Preset::kCalculonMoe);
  const auto set = [](auto& member, const Cell& cell) {
    using Member = std::remove_reference_t<decltype(member)>;
    if constexpr (std::is_same_v<Member, std::int64_t>) {
      member = cell.is_whole() ? cell.whole() : member;
    } else if constexpr (std::is_same_v<Member, bool>) {
      member = plain_text(cell) == setting_text(true);
    } else {
      member = enum_from_name<Member>(plain_text(cell)).value_or(member);
    }
  };
  for_each_field(kStrategyFields, [&](const auto& field) {
    for (const PointRecord::Value& value : record.best.front()) {
      if (value.name == field.name) {
        set(strategy.*field.member, value.cell);
      }
    }
  });
  return strategy;
}

// "1 point", "2 points".
std::string num_points(std::size_t count) {
  return fmt::format("{} point{}", grouped_digits(static_cast<long long>(count)),
                     count == 1 ? "" : "s");
}

}  // namespace

void PointNotes::add(const Study& study, std::size_t index, const PointRecord& record) {
  if (record.best_has("methodology")) {
    return;  // only published executions lose work
  }
  if (!(record.best_number("expert_slice") > record.best_number("tensor_par"))) {
    return;
  }
  const Strategy strategy = strategy_of(record);
  if (!strategy.model_MoE || strategy.top_k_experts == 0) {
    return;
  }
  ++lost_;
  try {
    const auto text = [&](const char* name) { return json_text(study.document(index, name)); };
    const NeededRate rate = needed_rate(parse_transformer("model", text("model")),
                                        parse_system("system", text("system")), strategy,
                                        record.best_number("sample_rate"));
    impossible_ += rate.impossible() ? 1 : 0;
    if (rate.impossible() && (impossible_ == 1 || rate.utilization() > worst_.utilization())) {
      worst_ = rate;
    }
  } catch (const InputError&) {
    // Another version has computed it from what this one does not read.
  }
}

std::vector<std::string> PointNotes::lines() const {
  std::vector<std::string> lines;
  if (impossible_ > 0) {
    lines.push_back(fmt::format("impossible: the best executions of {}; the worst {}",
                                num_points(impossible_), impossible_effect(worst_)));
  }
  if (lost_ > 0) {
    lines.push_back(
        fmt::format("quirk M1: the best executions of {} have an expert_slice above "
                    "tensor_par, so that work of experts is missing",
                    num_points(lost_)));
  }
  return lines;
}

}  // namespace calculon
