#include "launch/launch_table.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/json_text.h"

namespace calculon {
namespace {

const LaunchRow* row_for(std::span<const LaunchRow> rows, std::string_view key,
                         const std::string& value, const LaunchJob& job) {
  const auto row = std::find_if(rows.begin(), rows.end(), [&](const LaunchRow& each) {
    return each.key == key && (each.value == kAnyValue || each.value == value) &&
           (each.applies == nullptr || each.applies(job));
  });
  return row == rows.end() ? nullptr : &*row;
}

LaunchItem item_for(const LaunchRow* row, const std::string& key, const Json& value,
                    const Json& without, std::string_view usual_note, const LaunchJob& job) {
  LaunchItem item{key, false, value, "", ""};
  if (row == nullptr) {
    item.note = value == without ? "" : usual_note;
    return item;
  }
  item.words = row->words;
  item.note = row->note;
  const std::string text = row->filled == nullptr ? setting_word(value) : row->filled(job);
  for (auto hole = item.words.find("{}"); hole != std::string::npos;
       hole = item.words.find("{}", hole + text.size())) {
    item.words.replace(hole, 2, text);
  }
  return item;
}

void add_items(std::span<const LaunchRow> rows, const LaunchJob& job, const Json& values,
               const Json& without, std::string_view usual_note, std::vector<LaunchItem>& items) {
  for (const auto& item : values.items()) {
    const LaunchRow* row = row_for(rows, item.key(), setting_word(item.value()), job);
    items.push_back(item_for(row, item.key(), item.value(), without[item.key()], usual_note, job));
  }
}

}  // namespace

std::vector<LaunchItem> launch_items(std::span<const LaunchRow> rows, const LaunchJob& job,
                                     std::string_view model_note) {
  std::vector<LaunchItem> items;
  add_items(rows, job, setting_values(job.model), setting_values(Transformer{}), model_note, items);
  for (LaunchItem& item : items) {
    item.of_model = true;
  }
  add_items(rows, job, setting_values(job.execution), setting_values(CalibratedExecution{}),
            kNoArgument, items);
  return items;
}

std::string comment_lines(const std::vector<LaunchItem>& items, const LaunchJob& job) {
  std::string lines;
  for (const LaunchItem& item : items) {
    if (!item.note.empty()) {
      lines += fmt::format("{}{} = {}{}{})\n", kSettingComment, item.key, json_text(item.value),
                           kCommentReason, item.note);
    }
  }
  for (const std::string& remark : job.remarks) {
    lines += fmt::format("# {}\n", remark);
  }
  return lines;
}

bool has_experts(const LaunchJob& job) {
  return job.model.details.num_experts > 0;
}

bool is_latent(const LaunchJob& job) {
  return job.model.details.attn_kind == AttentionKind::kMla;
}

bool has_usual_heads(const LaunchJob& job) {
  return job.model.attn_heads * job.model.attn_size == job.model.hidden;
}

bool has_own_kv_heads(const LaunchJob& job) {
  return job.model.kv_heads() == job.model.attn_heads;
}

bool is_16_bit(const LaunchJob& job) {
  return !job.execution.low_precision();
}

bool is_bfloat16(const LaunchJob& job) {
  return job.execution.datatype == Datatype::kBfloat16;
}

bool gathers_storage(const LaunchJob& job) {
  return job.execution.param_gather_datatype == job.execution.datatype;
}

bool has_pipeline(const LaunchJob& job) {
  return job.execution.pipeline_par > 1;
}

bool has_layout(const LaunchJob& job) {
  return !job.execution.pipeline_layout.empty();
}

}  // namespace calculon
