#pragma once

#include <string>
#include <vector>

#include "calculon/search/search_types.h"
#include "calculon/strategy/reason.h"
#include "model/given_work.h"
#include "text/note_row.h"

namespace calculon {

// Notes beside numbers: where a quirk of the published model makes an answer unusable, a note says
// so and what it does to the answer. They are made for answers that are shown, never in searches.

// Each is a line, such as "quirk M1: 70.71% of ..." or "impossible: needs ...".
using Notes = std::vector<std::string>;

// Those that apply to what evaluate() answered to a strategy.
Notes notes_on_answer(const ShownAnswer& answer);
Notes notes_on_infeasible(const Transformer& transformer, const System& system,
                          const Strategy& strategy, const Infeasible& infeasible);
// Those that apply to a model as a strategy runs it, whatever it runs on.
Notes notes_on_model(const Transformer& transformer, const Strategy& strategy);
// Those that apply to the first `shown` results of a search: each with the ranks, and in the
// numbers of the first of them.
Notes notes_on_best(const std::vector<RankedStrategy>& best, std::size_t shown,
                    const Transformer& transformer, const System& system);

// "needs 1206.14 of 989.50 TFLOP/s ...".
std::string impossible_effect(const NeededRate& rate);

// The block at the end of a text; "" if there are none.
std::string notes_text(const Notes& notes);

}  // namespace calculon
