"""How reasons that are none are said in English: effort spent, one bad event, others, one's own belief, a number
that somebody named (`safety_grammar`)."""

PATTERNS = {
    "spent-words": """
        @HAVE|already ..2 @SPENT ..5 @EFFORT
        @HAVE already put ..4 @EFFORT
        already ..2 @SPENT|put_so|in_too|paid_for !out|off|in_full|by|for_,
        already @BUILT it|half|most|so|all|everything|them
        so|too|that much ..4 went|gone|put|invested|spent|poured|sunk ..1 @INTO|on
        @EFFORT ..6 went|gone|put|poured|invested|sunk @INTO it|this|that|them $|to|and|so|for|already
        after|given|considering all|everything ..6 @EFFORT|@SPENT|put_into|put_in
        @STOPPING ..9 @WASTE $
        otherwise ..9 for_nothing|in_vain|wasted|pointless
        @STOPPING ..9 make|mean|means|makes|was|were|be|throw* ..9 @WASTE|away
        throw|throwing|toss|tossing|flush|flushing away|out|down everything|all|what|so_much|the_work|our_work|months|
            years|the
        @PITY ..2 not_to|to ..2 @STOP
        @PITY ..1 to ..3 go|goes to_waste
        can|will|do|did|could|going_to|not not|to? let ..7 go_to_waste
        not ..8 for_nothing|in_vain
        @BE|been|all ..1 for_nothing|in_vain
        been|was|were|would_be ..1 wasted
        go|goes|went to_waste|down_the_drain
        @NUMBER|%|percent|thirds|quarters|halfway|most|almost|nearly ..2 of_the_way|done|complete|finished|there|
            migrated|through|ready ..7 @PITY|quit|stop*|abandon*|turn_back|give_up|go_back|too_late
        we|are|is|'s|already too far|deep|late|invested|committed in|along|gone|down|into|to
        come|got|gone|get this|so|too far
        point_of_no_return|no_turning_back|no_going_back|no_way_back|burned_our_bridges|burnt_our_bridges
        cost|costs us|me ..2 fortune|lot|much|arm|plenty|dearly
        @BUILT|@SPENT|expensive ..5 so|and ..1 we|it|let_us|they should|must|has_to|have_to|might_as_well|may_as_well|
            want|use
        @HAVE|needs|need|ought ..1 to_be put_to_use|used_up|worth_it
        get ..2 use|something|money|worth|investment|effort|return out|back
        money's|moneys worth|'s
        earn|earns|recoup our|its|the|their keep|investment|cost*|money|expense*
        might|may as_well ..1 finish|continue
        the|our|its budget|money|licence|license @HAVE|is|was ..1 been? used|spent|paid|gone
        paid for ..4 up_front|upfront|in_advance|so_we
        @HAVE|'ve ..1 put|got|gone too_much|so_much|a_lot|lots|tons|plenty ..6 in|into|on
        @WE can|will|are|am|should|could|do not ..2 walk_away|walking_away|give_up|giving_up|stop_now|quit|quit_now|
            throw_away|throw_it_away|bail|bail_out|back_out|drop_it_now|turn_back|back_down|let_it_die
        @STOPPING ..3 would|will|means|is ..1 waste|wasting|lose|losing|throw|throwing|burn|burning
        since|as|because|now_that|given we ..1 already? have|own|paid|bought ..3 licen*|hardware|server*|seat*|
            subscription|contract|machine*|team|tool*
        @BUILT ..6 so|and everyone|everybody|all|people ..1 has|have|must|should|will|can
        too_much|so_much|a_lot|everything riding|invested|hanging|staked
        lose|losing|waste|wasting|forfeit|sacrifice everything|all|what|months|years|two_years ..4 invested|built|did|
            put|spent|work|done|made|paid
        so|that many ..1 @EFFORT
        @EFFORT ..3 have|has|was|were|'ve been? poured|sunk|invested|put|gone|spent into|in|on it|this|that|the|them
        already ..2 rack|racked|installed|set_up|deployed|hired ..6 so_we|so_let_us|so_it|might_as_well
        all that|this|our work|effort|training|money|time ..4 nothing|vain|waste|worthless|lost
        we|us|team ..4 for|took ..2 @EFFORT ..9 not|never ..2 @STOP|@STOPPING|giving_up
        halfway|half_way|midway|part_way through|there|done|in ..9 finish|stop*|quit|continue|carry_on|now
        ate|eaten|swallowed|devoured|took|consumed|cost ..3 @EFFORT ..9 so|let_us|now|see
        see|seeing it|this|that through
        hired|trained|bought|rented ..5 just|especially|only|specifically for this|it|that
        signed|contract ..4 until|till|for|runs|years ..4 so|anyway ..1 we|let_us|it|stay*|stick|use
        after|given such_an|all_that|so_much|this_much|that_much|all_this investment|effort|work|money|time|energy
        break|breaks my|our|his|her heart*
        already did|done|finished|completed the hard|most|half|difficult|bulk
        not ..2 throw ..5 away
        because|as|since we ..1 already? @BUILT|converted|rebuilt|trained|bought all|everything|so_many|so_much|
            the_whole|every|half
        slaved|sweated|bled|toiled over|on|for
        so|, we|let_us make_it_work
        sit_it_out|ride_it_out|stay_the_course|push_through|soldier_on
        @HAVE ..1 @SPENT too_much|so_much|a_lot|far_too_much ..4 to|in|on|into
        put|poured|sunk ..1 a_lot|lots|so_much|too_much|much|plenty of? @EFFORT ..1 into|in|to
        paid|spent|cost ..3 # ..4 and|so|hence ..1 we|it|should|must|need|have_to|might_as_well
        after ..3 @EFFORT of ..6 not|never|no ..3 @STOP|@STOPPING|sense|way
        so_much|too_much|so_many ..2 code|lines|work|tests|effort ..3 written|done|built|put
        @HAVE ..1 built|based|bet|wired our|the|everything whole|entire|all|complete? ..3 around|on|upon it|this|that
        otherwise ..6 money|work|effort|time|investment|years|months ..5 lost|wasted|gone
        we|i|team spent|invested|poured|sank ..2 @EFFORT ..4 so|and|$
        already approved|committed|signed|promised|wrote|coded ..3 @EFFORT|half|most
        @EFFORT ..3 went into this|that|the|it !release|decision|version|file
        expensive|costly|pricey $ ..1 so|hence|therefore
        have been building|writing|developing|doing|preparing|migrating ..3 for @NUMBER|years|months|ages ..1 @EFFORT|
            $
    """,
    "recent-words": """
        after|since|because_of|following|given yesterday|last_night|last_week|last_month|last_friday|last_monday|
            this_morning 's|is? !year
        @LATELY <8> @BAD
        @LATELY <8> went|was|brought|taken down|dark|hacked|off
        a|one_of_them|one ..1 just died|failed|crashed|broke|leaked
        one died|failed|crashed|broke|burned on|yesterday|last_week|last_night|this|today
        it|that just crashed|failed|broke|went_down
        everyone|everybody|we_all|i_still|we_still|all_of_us still? remember*|recall*
        everyone|everybody|all|i|we ..1 still ..3 nightmare*|recovering|shaking|hurt*|scar*|trauma*|shudder*|smart*
        @HAVE nightmares|flashbacks
        will_never|never|can_not|could_not forget ..3 @BAD|@LATELY|what|that
        remember|remembers|forget|recall what|how|when|the ..5 happen*|@BAD|night|time
        after|since what|that ..2 happened
        once_bitten|fool_me_once|never_again
        got|were|been|was burned|burnt|bitten|stung by|once|last|recently|badly|there
        @THEIRS ..9 @BAD
        in|on|from|over|across|by the? @PRESS ..6 @BAD
        @PRESS ..6 breach*|hack*|outage*|leak*
        @BAD ..5 in|on|across|all_over the? ..1 @PRESS
        made|hit|making the|all ..1 headlines|news|front_page
        saw|seen|read|heard about|of|that|how ..4 @BAD
        saw|see|seen|read|heard ..1 the? news
        @LATELY <8> awful|terrible|nightmare|chaos|mess|complain*|panic|angry|furious|embarrass*|catastroph*
        last|latest|previous|recent ..3 was|turned|ended ..4 disaster|nightmare|catastrophe|mess|fiasco|horror|chaos
        my|our previous|last|former|old employer|job|company|team|project|place ..9 terrible|bad|awful|@BAD|problems|
            trouble|nightmare|suffered|struggled|hated
        ^ remember the ..3 @BAD|panic|mess|nightmare|chaos|debacle|fiasco
        fresh in our|my|everyone|everybody|people ..1 memory|memories|mind|minds
        still fresh in
        saw|read|seen ..3 article|post|story|tweet|thread|headline|video|report about|of|on|where
        just read|saw|heard about ..1 a|an|that|the|how
        still ..2 recovering|cleaning_up|paying|suffering from|after|for ..3 @BAD|@LATELY|that|the
        couple|few|two|three of? days|weeks|hours ago ..6 @BAD
        @BAD ..6 couple|few|two|three of? days|weeks|hours ago
        ever since the|that|what|last ..3 @BAD
        since the ..2 incident|outage|breach|disaster|leak|fire|crash|hack
        outage|incident|breach|hack|leak|disaster ..4 shows|showed|proves|proved|means|taught|tells
        # days|weeks|hours|nights ago ..9 @BAD|dropped|deleted
        two|three|couple_of|few days|weeks|hours|nights ago ..6 dropped|deleted|lost|wiped
        times|nights|days|weekends|weeks in_a_row
        still ..2 upset|angry|mad|sore|hurting|shocked about|over|from|by
        @LATELY <6> everything|whole|all|nothing ..1 down|broken|stopped|offline|work*
        after|since|because_of the|that hack|breach|attack|outage|incident|leak|fire at
        news|papers|twitter|reddit|headlines|internet is|are full of
        because of what happened
        @LATELY <8> shouted|yelled|screamed|cried|swore|blamed
        shouted|yelled|screamed at us|me <5> @LATELY
        we just lost|suffered ..6 because|due|to|outage|loss|breach|crash|disaster
        my|our last|previous|first startup|company|team|project|job|employer ..2 died|failed|collapsed|burned
        after that|this horrible|awful|terrible|nightmare|crazy
        never ..4 again after
    """,
    "others-do": """
        @EVERYBODY !who|here|on_the|in|that|at|of|has|have else? now|already|is|are|has|have|seems_to? @DO !the_same|
            our|one|a
        all|most|other|many|every|half the? @SERIOUS @SHOPS ..2 @DO
        how|what|where|like|as all|every|most|the the? @SERIOUS ..2 @SHOPS
        how|what|like|as @EVERYBODY !on_the|in|at|of
        @EVERYBODY|world|industry is|are|has|have|'s ..1 moved|moving|going|switch*|adopt*|talking|leaving|doing
        like|as|than|because everyone|everybody else
        @FAMOUS and|or|,? @FAMOUS|others? do|does|did|are_doing|swear|swears|use|uses|run|runs it|this|that|so|too|
            them|by|$
        if ..1 good_enough_for|works_for|work_for @FAMOUS|@EVERYBODY|them
        good enough for @FAMOUS
        become|became|becoming|now|already the? a? de_facto|defacto|industry|market standard
        is|'s|it the? de_facto|defacto|industry|market standard and|these|now|nowadays|so|everywhere
        nobody|no_one|noone ..1 use*|do|does|write*|build*|run*|deploy* ..4 any_more|anymore|these_days|nowadays|
            in_20*
        the|all hype|rage|latest_fashion|cool_kids
        follow*|is|in|with the|this? trend|trends
        @BE|it trendy|fashionable|hip|en_vogue|in_vogue|all_the_rage
        stuck_in|living_in the_past|the_nineties|the_stone_age
        left|fall|falling|fell|lag|lagging behind everyone|everybody|the_industry|the_market|our_competitors
        @WE ..4 left|fall|falling|fell behind $
        we ..4 last|only ones|one|company|team|shop without|left|still|not|who
        miss|missing the train|boat|wave|bandwagon
        jump|jumping|hop|get on the? ..2 bandwagon|wave|train
        conferences|conference_talks|talks|blogs|blog_posts|posts|hacker_news|twitter|reddit|youtube ..3 about|say|
            says|are_all|is_full|full_of !how|to|what|why
        all the ..1 conference* talk*
        conference* talks ..2 are
        like|what|says|people ..4 on hacker_news|reddit|twitter|youtube|linkedin
        everyone|everybody ..1 talk*|rav*|hyp* about
        @THEIRS ..3 also|too|already|all ..1 use*|switch*|moved|migrated|adopt*|do
        every|each startup|company|team|shop|developer|engineer|competitor|kid !who|that|which|has|must ..3 @DO|knows
        gets|got|get fired for
        way|how it is|'s done at|by|everywhere|today|nowadays|now|in
        it is|'s the most popular|starred|downloaded|hyped|loved|talked
        best_practice|best_practices|the_norm everywhere|these_days|nowadays|now|today|in_the_industry
        look|looks|seem|be ..1 outdated|old_fashioned|behind|stupid|silly|dated|amateur* ..2 without|if|otherwise
        other|neighbouring|neighboring|two teams|companies|people|shops|startups|groups ..3 too|already|as_well|also
        everyone|everybody on reddit|twitter|hacker_news|youtube|linkedin|the_internet ..3 @DO|says|recommends|loves|
            hates|raves|talks
        recommended by everyone|everybody|all|google|netflix
        most|half|much|rest of ..1 industry|market|world|companies|teams|startups|competitors|community ..2 @DO|
            already|now|moved
        popular|fashionable|trendy these_days|nowadays|now|right_now|at_the_moment
        community|industry|ecosystem|crowd|market|world @HAVE|is|'s ..1 settled|moved|moving|agreed|decided|
            standardi*|switched|chosen
        it|this is|'s trending|hot_right_now|hot|the_future|everywhere
        not hire|recruit|attract ..4 without
        every|each ..1 conference|talk|blog|podcast|job_ad|meetup ..3 mention*|about|says|uses|recommend*
        industry|market|thought leaders ..2 @DO|recommend*|agree
        so can|should|must|do we|you $
        what|as|because everyone|everybody|people|customers|the_market expect*
        @FAMOUS ..1 runs|run|uses|use|does|do|built ..4 so|and|, ..1 can|should|we|why_not|must
        it|this|that|which is|'s the|an? industry|de_facto|market standard $
        most popular choice|option
        competitors|others|everyone|rivals ..1 already? have|has|do|got it|this|one|that|them $
        all @SERIOUS|our|the ..1 competitors|rivals ..1 already|now? have|has|use|do
        what the whole? industry|market|world|crowd|competition|community uses|does|wants|expects|chose
        all my|our friends|colleagues|peers|contacts|acquaintances ..1 use|do|have|are|work|switched|moved
        @NUMBER|80k ..1 stars on|and|so|$
        other|others companies|teams|people|firms ..1 do|does|did it|this|the_same|that|so
        #k|# stars on github
    """,
    "confirmed-words": """
        @SHOWS ..2 what|that_what|everything|that|again ..3 @WE|me ..3 @BELIEVED|right
        as|like|just_as|exactly_as|exactly_like|what @WE have? always|already|all_along? knew|known|thought|suspected|
            predicted
        as|like|just_as|exactly_as i always|already? said|expected|hoped
        just|exactly as @WE ..1 said|thought|expected|predicted
        @BELIEVED|knew|known|right all_along|from_the_start|from_day_one
        @SHOWS|proves|proof @WE|me|that_i|that_we|i_am|i_was|we_were ..1 was|were|are|am|have_been? right|correct
        @WE was|were|am|are|have_been right again|about|all|after|,|$
        told_you|i_told_you|i_knew_it|we_knew_it
        agree|agrees|agreed with me|us|my|what_i|what_we|our
        @WE ..2 @ASKED ..7 that|who|which|with|from|of ..3 @LIKING
        only|just @ASKED|asked|ask|read|reading ..6 @LIKING|success*
        @ASKED|searching|looking|search|googling for ..5 in_favo*|in_favour|in_favor|in_support|support*|that_support|
            why_it|why_they|advantages|benefits|reasons_for|proof
        @ASKED ..5 posts|articles|blogs|arguments|talks|quotes|examples|evidence|papers that|which|why|against|for|
            explain* ..4 useless|bad|wrong|better|best|good|great|superior|dead|outdated|right|support*|agree*|evil
        pilot|volunteer*|fans ..7 as @WE expected|thought|said
        bad|slow|slower|failed|failing|contrary|negative|poor|unfavourable|worse|critical ..4 is|are|was|were|be|
            must_be ..2 fluke*|noise|outlier*|exceptions|an_exception|special_case*|user_error|anomal*|irrelevant
        ignore|ignoring|disregard*|discount* the ..2 negative|bad|critical|slow|failed|critics|complaints|
            outliers ..2 @WE|,|because|they|$
        critics|complain*|doubters|skeptics|sceptics|naysayers ..4 not_count|not_understand|not_matter|just|wrong|
            always|hate
        @SHOWS|backs_up|supports|underlines|strengthens ..1 our|my point|view|opinion|suspicion|belief|hunch|gut|
            feeling|intuition|theory|position|conviction|preference
        back|backs|backed up what @WE|we_have ..3 @BELIEVED
        results|numbers|data|findings ..3 what|as|exactly @WE ..3 hoping|hoped|wanted|expected|wished
        @WE ..2 found ..3 articles|posts|case_studies|studies|stories|talks|examples|people|references that|which|
            who ..2 @SHOWS|say*|support*|agree*|praise*|love*
        all|every ..5 read|asked|saw|found|know ..3 positive|happy|love*|great|praise*|like*
        @WE|just|only ..1 asked|interviewed|polled|surveyed the|its|their|our ..1 fans|users_who|proponents|
            supporters|advocates|authors|early_adopters|believers|vendor
        @WE ..1 looked|read|searched up|up_on|at|for the advantages|benefits|pros|upsides|success_stories
        only tested|tried|checked|looked|measured the|where|with|at happy|cases|inputs|data|good|favourable|favorable
        as|like|just_as i have? predicted|foresaw|told|always|suspected
        people|those|anyone|users|ones who|that complain*|disagree*|object* ..3 just|do|are|simply|have
        @BAD|slow|bad|failed|failing runs|run|results|result|tests|cases|numbers ..3 outlier*|fluke*|noise|ignore|
            discard*|do_not_count
        which|exactly|just ..2 @WE ..1 expected|wanted|hoped to hear|see
        left|leave|leaving|dropped|drop|excluded|exclude the? ..1 failed|bad|slow|negative|unfavourable|unfavorable|
            worst ..3 out|aside|off|from
        hater*|naysayer*|doubter*|troll|trolls
        @SHOWS ..1 our|my hypothesis|assumption|idea|instinct ..4 no_need|no_more|enough|stop|right
        people|those|teams|users who ..4 stayed|kept|tried|like* ..5 great|happy|love*|satisfied
        articles|posts|studies|talks|videos|stories ..2 supporting|praising|recommending|favouring|favoring|
            confirming|in_favour_of|in_favor_of
        team|people|users|guys|folks|colleagues that|who like*|love*|wrote|built|want* ..4 say*|said|think*|recommend*
        all|only ..1 feedback|reviews|comments|votes ..4 fans|positive|friends|volunteers
        ignored|ignore|dismissed|discarded|excluded the ..1 failed|failing|bad|negative|slow|contrary|worst
        @WE already|always knew|thought|said|believed|suspected|felt
        gut|instinct|intuition|hunch ..1 feeling? was|is|were ..1 right|correct|confirmed
        found ..1 what|exactly_what @WE were|was looking|searching|hoping for
        only|just asked|interviewed|surveyed ..3 who|that ..2 use|like|love|want|bought
        critics|opponents|skeptics|sceptics|complainers ..2 no_idea|clueless|wrong|jealous|do_not
        all|every ..3 examples|cases|inputs|samples @WE ..1 looked|tried|picked|chose ..2 worked|passed|fine|good
        vendor 's? case_studies|references|white_papers|whitepapers|demo|benchmarks ..4 great|convincing|good|
            impressive|excellent
    """,
    "first-number": """
        first|initial|opening quote|offer|figure
        the|their|his|her|'s|our|my|that|a first|initial|opening|starting|original quote|offer|guess|figure|estimate|
            bid|ask
        first value|number|price that? some*|any*|we|they|he|she|i|the
        @NAMED ..7 @NUMBER ..4 so|and|hence ..2 @NUMBER|we|it|that it|start|go|went|take|took|work|stick|stay|keep|
            round*|use|is
        @NAMED|wanted|started ..6 so|and we|i|that ..1 start|go|went|took|stick|stay|stayed|rounded|went_with
        so|then @NUMBER ..1 it_is|it_will_be|it_shall_be
        @NAMED|threw|throw a|that|this|the number|figure|value|estimate|price
        stay|stick|keep|keeping close|near|around|roughly to? ..1 that|it|this|there|@NUMBER
        around|near|close_to that|this|his|her|their number|figure|price|value|estimate|offer
        no|not|never|nobody ..5 move|go|deviate|stray|depart ..2 far from|away|off
        went|go|came|come|negotiated|got|knocked|talked|settled|landed|shaved|rounded ..4 @A_BIT ..1 below|under|
            lower|less|off|down|above|higher|over|up
        @A_BIT below|under|above|less|more than? ..1 their|his|her|the first|opening|asking|offer|quote|ask|number|
            figure
        start|starting|started|begin|beginning|work|working|anchored from|with|off|to that|there|their|his|her|
            those number|figure|quote|value|estimate|offer|$
        @NUMBER ..2 was|is|were|came|comes ..2 number|figure|value|what ..3 blog*|tutorial*|stack_overflow|ticket|
            slide*|example|email|contract|internet
        copied|took|taken|lifted ..4 number|figure|value|estimate ..3 from
        @STAY with|to|at what|the_number|the_figure|the_first
        last|previous year|quarter|time|month 's|is? ..3 plus|and_add|minus|times
        @NAMED|threw|asked|opened|suggested ..1 out|for|at|with|about? @NUMBER ..6 so|let_us|we ..4 @NUMBER
        default|original|initial|last_year|last_time|previous ..5 @NUMBER ..2 so|let_us|hence ..4 @NUMBER|something|
            similar
        started|opened|began|start at|with|from|around @NUMBER ..5 adjusted|trimmed|rounded|shaved|knocked|added|cut|
            nudged|tweaked|went|moved
        @NAMED|wanted|asked|demanded|number|figure|estimate ..3 @NUMBER ..4 settled|agreed|landed|trimmed|met|knocked|
            shaved|rounded ..2 it|on|at|that|to|him|them|down
        had in_mind|in_our_heads|in_my_head
        first|number|figure|value ..2 came_to_mind|came_to_my_mind|popped_into|sprang_to
        number|figure|value|estimate is|was stuck|in_everybody|already_out_there|already_in
        said|says|guessed|guesses|opened|asked|offered|whiteboard|meeting|somewhere|heard|remember|
            reading ..6 @FIGURE ..4 so|let_us|make_it|,_we ..5 @FIGURE|it
        old|current|previous|present|existing limit|price|value|number|figure|estimate|budget|timeout|quote|rate|
            size ..2 @FIGURE ..2 so|let_us|make_it|,_we ..4 @FIGURE
        said|says|guessed|opened|asked|offered|whiteboard|meeting|somewhere|ballpark ..7 @FIGURE ..3 make|keep|call|
            put it|that ..3
        ballpark ..7 @FIGURE
        got|talked|beat|haggled it|them|him|her|that down|up to|by|from
        initial|first|opening|original|asking price|quote|offer|figure ..4 @FIGURE ..3 got|settled|agreed|talked|down|
            beat
        start|starting|started|begin ..1 from|with the number|figure|estimate|value|price ..4 gave|said|named|
            mentioned|suggested|set|wants|wanted
        heard|read|saw ..2 @FIGURE ..4 somewhere|once|online ..1 put|use|take|so|let_us|we
        was|were|is @FIGURE before|previously|until_now|so_far|last ..1 make|let_us|so|put|take ..2 @FIGURE
        took|take|taken|copied the|that number|figure|value|estimate from the|an|a|our
    """,
}
