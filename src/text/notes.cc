#include "text/notes.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "calculon/base/units.h"
#include "calculon/block/block_profile.h"
#include "calculon/model/evaluate.h"

namespace calculon {
namespace {

std::string note_line(const NoteRow& row, const std::string& ranks, const ShownAnswer& answer) {
  return fmt::format("{}{}{}: {}", row.id == kImpossible ? "" : "quirk ", row.id, ranks,
                     row.effect(answer));
}

void append_notes(std::span<const NoteRow> rows, const ShownAnswer& answer, Notes& notes) {
  for (const NoteRow& row : rows) {
    if (row.applies(answer)) {
      notes.push_back(note_line(row, "", answer));
    }
  }
}

}  // namespace

Notes notes_on_answer(const ShownAnswer& answer) {
  Notes notes;
  append_notes(work_notes(), answer, notes);
  append_notes(memory_notes(), answer, notes);
  return notes;
}

Notes notes_on_infeasible(const Transformer& transformer, const System& system,
                          const Strategy& strategy, const Infeasible& infeasible) {
  Notes notes;
  if (infeasible.reason == Reason::kTier1Capacity) {
    Stats parts = Evaluator(transformer, system).tier_parts(strategy, 1);
    const BlockProfile block = profile_block(transformer, system, strategy);
    static_cast<BlockStats&>(parts) = static_cast<const BlockStats&>(block);
    append_notes(shortfall_notes(), {transformer, system, strategy, parts}, notes);
  }
  return notes;
}

Notes notes_on_model(const Transformer& transformer, const Strategy& strategy) {
  const System no_system;
  const Stats no_stats;
  const ShownAnswer answer{transformer, no_system, strategy, no_stats};
  Notes notes;
  for (const NoteRow& row : work_notes()) {
    if (row.of_model && row.applies(answer)) {
      notes.push_back(note_line(row, "", answer));
    }
  }
  return notes;
}

Notes notes_on_best(const std::vector<RankedStrategy>& best, std::size_t shown,
                    const Transformer& transformer, const System& system) {
  const auto answer = [&](std::size_t rank) {
    return ShownAnswer{transformer, system, best[rank].strategy, best[rank].stats};
  };
  Notes notes;
  for (const auto& rows : {work_notes(), memory_notes()}) {
    for (const NoteRow& row : rows) {
      std::vector<std::size_t> ranks;
      for (std::size_t rank = 0; rank < std::min(best.size(), shown); ++rank) {
        if (row.applies(answer(rank))) {
          ranks.push_back(rank);
        }
      }
      if (ranks.empty()) {
        continue;
      }
      std::string line =
          note_line(row, fmt::format(" (#{})", fmt::join(ranks, ", ")), answer(ranks.front()));
      if (best.front().strategy.model_MoE && !row.search_option.empty()) {
        line +=
            fmt::format("; {} leaves such executions out, --quirks fixed answers without quirks",
                        row.search_option);
      }
      notes.push_back(std::move(line));
    }
  }
  return notes;
}

std::string impossible_effect(const NeededRate& rate) {
  return fmt::format(
      "needs {:.2f} of {:.2f} TFLOP/s per processor for the matrix products of the model as given",
      rate.needed / kTera, rate.peak / kTera);
}

std::string notes_text(const Notes& notes) {
  std::string text;
  for (const std::string& note : notes) {
    text += fmt::format("{}  {}\n", text.empty() ? "Notes\n" : "", note);
  }
  return text;
}

}  // namespace calculon
