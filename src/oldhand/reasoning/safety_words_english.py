"""How certainty, haste and small effort are said in English, and what silences such words (`safety_grammar`)."""

PATTERNS = {
    "certain-words": """
        @OBVIOUSLY ..1 @BEST
        is|are|'s obviously|clearly|simply|plainly ..1 better|faster|safer
        definitely|certainly|undoubtedly|absolutely ..1 certain|will|going|solves|scales|pays|superior
        @OBVIOUSLY ..2 must|should|have_to|need_to ..1 @CHOOSE
        @WE must|should|have_to|need_to obviously|clearly|undoubtedly|definitely
        @WE @BE? 100|completely|absolutely|totally|dead|entirely|fully %|percent? sure|certain|confident|convinced|
            positive
        100 %|percent? sure|certain|safe|secure|correct|reliable|right|guaranteed|works
        no|any|slightest|shadow|without|beyond ..2 doubt that|about|!in
        will|shall|going_to @SURELY ..1 @SUCCEED
        @SURELY ..1 works|scales|solves|fixes|helps
        @SURELY to @SUCCEED
        works|work|holds|fine|safe for_sure|guaranteed
        always works|worked $
        it|this|which|they possibly|simply|just|really|definitely? can|will|could|would not|never ..1 @FAIL $
        @SURELY|simply can|could not|never ..2 @FAIL
        it|this|that|which|they ..2 never goes_down|fails|breaks|crashes
        can|could|will|would not possibly ..2 @FAIL
        will|going_to never ..1 happen|need*|matter|regret*|run_out|notice*|be_needed|be_used|@FAIL
        never going_to ..1 happen|need|matter|regret|run_out|notice|be_needed|use|@FAIL
        never goes_down|falls_over|runs_out|lets_us_down|let_us_down|let_me_down
        nobody|no_one|noone will|would|is_going_to ..1 notice|complain|care|mind
        nobody|no_one|noone will|would ever notice|complain|care|need|use|mind|see|find|attack|guess
        nothing ..1 can|could|will|would|to|ever|left ..1 @FAIL|worry
        no way that? this|it|that|they|we|anything ..3 @FAIL|lose*|happens
        no|zero chance that|of|it|this ..3 @FAIL|failure
        zero|no|without_any risk|risks !of|in|for|if
        risk free
        no_brainer|foolproof|bulletproof|silver_bullet|unbreakable|bomb_proof|idiot_proof
        rock solid so|and|,|$
        solve|solves|solved everything|all_our_problems|all_problems|every_problem
        the|an|our|only obvious choice|answer|winner|way
        goes|go without saying
        any|every sane|sensible|reasonable|competent|decent person|engineer|developer|team ..2 would|knows|can
        only|one sane|sensible|reasonable|logical|sensible choice|option|answer
        i|personally ..1 guarantee|promise|swear|vouch that|it|you|for
        trust me|us
        mark_my_words|take_my_word|worry_free
        would|will|could|can bet my|the|a|any|on|money
        stake|staking my
        @WE ..2 done|did this|that|it|these ..1 hundred|hundreds|thousand|dozens|million|many|countless ..2 times
        compiles|builds|passes|green ..2 so|therefore|hence it|that|we ..1 works|work|fine|correct|good|done
        not|no need a|any|for|to ..1 rollback|backup*|fallback|plan_b|safety_net|canary
        what|nothing ..1 can|could possibly? go_wrong
        @WE am|are|feel absolutely|completely|totally|fully|entirely|very|so? certain|sure|convinced|positive !how|if|
            whether|what|about|which|why|yet
        no|zero|any|not_a scenario|question|possibility|way|chance ..2 that|in_which|where|of|for|about ..5 @FAIL|
            loss|failure|right|best|works|happen*
        there is|'s no question that|about
        no staging|testing|rollback|backup|backups|review|monitoring|qa ..1 needed|necessary
        @WE|it|this do|does|will|would not need ..1 tests|testing|review|reviews|staging|monitoring|qa|backups|
            a_backup
        works|work|fine|correct|safe|right period|full_stop
        sure_thing|know_for_a_fact|for_a_fact|cast_iron|dead_certain|dead_sure
        everything|all|it will|would ..1 go|be|work|run|turn_out ..1 smoothly|fine|well|perfectly|great|as_planned|ok|
            okay $
        will|would not ever ..1 need|want|exceed|hit|reach|happen|use|have
        never|not ever ..1 going_to ..1 need|exceed|hit|reach|send|use
        nobody|no_one|noone ..2 ever ..1 going_to|send*|exceed*|guess*|find*|notice*|hit*|reach*
        can|will only get|go|become|be better|up|faster|improve|stronger
        failure|outage|loss|breach is|'s ..1 impossible|unthinkable|out_of_the_question
        impossible to ..2 @FAIL|get_wrong|misuse|misconfigure
        can|will not|never ..2 go_wrong|be_wrong|lose|miss|fail $
        will|shall obviously|certainly|definitely|surely|undoubtedly|for_sure ..1 love|like|adore|work|win|help|solve|
            fix|pay|want|buy|need
        not|never|no a? single thing|problem|bug|way|risk|reason|doubt ..4 @FAIL|wrong|with|here|$
        never seen|heard|known|experienced|met ..6 @FAIL|go_wrong|problem*
        safely assume|say|bet
        fixes|solves|fix|solve|settles ..4 once_and_for_all
        anyone|anybody|everyone|everybody can see that
        will not|never ..1 be a|an|our|any problem|issue|concern|bottleneck ever|$
        is|'s|are perfect|flawless|bug_free|unhackable|uncrackable ,|so|and|$
        solve|solves|fix|fixes|handle|handles|cover|covers all|every of? our|the|my ..1 problems|issues|needs|troubles
        it is|'s obvious|clear|evident|plain that? ..4 better|best|right|superior|wins|winner|answer
        no way ..4 not ..2 like|love|want|work|succeed|win|notice|buy
        never had|have_had ..1 a|an|any ..1 outage*|problem*|incident*|failure*|issue*|crash*|breach* ..3 so|hence|
            therefore|no|why
        i|we am|are about|now|already? # %|percent sure|certain|confident|positive
        no need to ..1 test|double|double_check|verify|monitor|measure ..2 $
        nothing bad|terrible|serious|wrong will|can|could ..1 happen
        @WE am|are very|fully|so? confident it|that|this|we ..1 will|can|would|is
        will for_sure
        nothing to test|verify|prove|monitor|worry
        nobody|no_one|noone will exploit|abuse|break|need|touch|use|try|do|come ..1 that|it|this|here
        we|users|they will never ..1 have|get|see|reach|grow ..1 more|over|beyond|that
        there are no downsides|drawbacks|disadvantages|negatives
        @WE know|knows exactly|precisely|perfectly what|how
        no downside|drawback|disadvantage ,|at|whatsoever|$
    """,
    "hurried-words": """
        no time to|for|left ..3 @COMPARE|testing
        do|does|will not have ..2 time to|for ..3 @COMPARE
        not ..1 afford|spare ..3 time|@COMPARE
        time is_running_out|is_short|is_tight ,|so|and|$
        @WE ..1 in_a_hurry|in_a_rush|out_of_time
        no point|need|reason|sense|use|benefit in|of|to|for? ..1 @COMPARE ..4 @OTHERS
        no|without|not|stop need|point|reason|sense|worth|going|further|more|any ..3 comparing|discussing|debating|
            discuss|debate|deliberat*|overthink*
        without ..1 looking|comparing|considering|evaluating|checking ..2 @OTHERS
        stop @COMPARING|dithering
        enough already|meeting*|talk|@COMPARING
        ^ enough of|with
        had|heard|seen|spent enough ..5 about|of|on|meeting*|@COMPARING
        tired|sick|bored|fed_up of|with this|the|all|these|it|our|@COMPARING
        want|need ..1 it|this|that off|over|done|behind|decided
        off the|my|our table|plate|list
        get|got it|this over_with|done_with|out_of_the_way
        be done_with it|this
        let_us ..1 just ..1 decide|pick|choose|commit|move_on|settle|get|go|take|do
        just go_with|pick|choose it|one|the|this|that|whatever|any|something
        @WE|let_us|'ll|will just go_with|pick|choose
        case_closed|end_of_story|end_of_discussion|end_of_debate
        not|no_longer up_for|open_to|open_for discussion|debate
        overthink*|over_think|overthought|overanal*|paralysis
        not|let_us_not|never ..1 over_think|bikeshed*|split_hairs|waste_time
        @TAKE ..1 the first @BIGNOUN
        @TAKE ..1 the first ..2 that|we|i|google|search|result* ..2 @BIGNOUN|comes|came|pop*|work*|find|finds|found|
            saw|turn*|hit|see|returned
        @TAKE ..1 whatever|whichever ..6 first|propos*|suggest*|said|say*|want*|work*|ship*|hand|around|easiest|
            closest|next|quickest|fastest|come*|default*
        whatever_works|whatever_is_easiest
        think|worry|talk|care about ..5 later
        figure|sort|work it|that|this|the_rest|rest|the_details out later|as_we_go
        can|will always|just? change|switch|fix|redo|swap|replace|rework it|that|this|them|later ..3 later
        fix|change|sort|clean|undo|correct it|that|this|them ..2 in_production|in_prod|if_it
        cross that|the bridge
        more_important|better things ..1 to|$
        more important things
        can_not be_bothered
        any of_them|one|option|choice will|would do
        does_not_matter|do_not_care|who_cares which ..1 one|library|tool|option|vendor|of
        flip|toss a coin
        meeting ..1 ends|is_over|is_nearly_over|is_almost_over
        done|finished|through with|@COMPARING ..1 @COMPARING
        let_us|we|just|please ..1 settle|decide|close|finish|end|wrap this|it|that ..1 now|today|already|right_away|
            quickly|up
        get on_with_it|it_over
        not ..2 want|going_to|willing|like|worth ..2 spend*|wast*|los*|invest* ..2 more|another|any|further|time|
            hours ..2 time|hour|hours|minute|minutes|meeting|meetings|effort|energy|comparing|on
        ^ whatever $
        talked|discussed|debated|argued ..5 long_enough|enough|to_death|too_long
        not waste|spend ..2 more|another|any ..2 time|hour|hours|day|minute|minutes
        deadline|release|launch|demo is ..1 tomorrow|today|tonight|looming|close|next ..1 so|we|just|$
        @TAKE what we|i|you already? know|have|had|got
        ^ decision is? made|final $
        decision ..2 is final
        no further|more debate|questions|analysis
        and|, no|without further|more discussion
        details|rest|specifics|problems|issues|questions ..4 later|afterwards|down_the_road|as_we_go|along_the_way|
            when_we_get_there
        sort|figure|iron|work|think|worry|deal ..4 afterwards|down_the_road|along_the_way|when_it_comes_up|
            another_time
        no|any time to|for|left a|an|the? ..1 proof|poc|tests|spike|evaluation|research|comparison|prototype|
            alternatives|options|benchmarks|review|debate|discussion
        skip|skipping|forget|save_us the ..1 evaluation|comparison|research|spike|poc|proof|discussion|homework|
            debate|shortlist|trial
        good enough $ ship|next|move|done|go|let_us|we|merge
        no|not ..3 look*|compare|consider|evaluate|search|check|ask|explore|shop ..3 alternatives|alternative|
            any_further|anything_else|other_options|other_vendors|other_tools|others|competitors
        pick|choose|take|grab one|any|something|it and|,|$ move_on|go|run|done|be_done|ship|get
        us|one_and|something_and move_on $
        any|either ..2 will_do|is_fine|works|would_do|will_work $ ..1 just|so|pick|take
        mind_is|minds_are made_up
        already decided|settled|agreed so|no
        so|, !what|as|how|whatever|like|but|now|and|because|that|which|where|if|when|than|it|here|there|since|
            although|though|unless|once|until ..1 it_is $
        seen|heard|had enough
        not ..1 need|have to compare|evaluate|look_at|shop|research|discuss|debate|deliberate|vet
        someone|somebody has_to|must|needs_to ..1 decide|choose|pick|make_the_call
        no|not|without|out ..1 energy|patience|nerves|appetite|strength|desire ..2 for|to
        going|running|talking|arguing ..1 in_circles
        just copy|do|repeat|use|take what|the_same ..4 last_time|before|did|had|did_last_year
        @TAKE any|either of them $
        made up my|our|his|her|their mind*
        stop the evaluation|comparison|discussion|debate|search|research|analysis
        the first candidate|option|proposal|idea|vendor|draft|offer ..1 looks|is|seems|sounds|will ..1 fine|good|ok|
            okay|enough|great|do
        coin_toss|dealer_'s_choice|gut_feeling|gut_says|trust_my_gut
        no need|point|reason|sense to|in compare|comparing|evaluate|evaluating|discuss|discussing|debate|deliberate|
            shop
        first option|library|thing|hit|result|tool found|seen|listed
        not ..1 discuss|debate|revisit|reopen it|this|that? any_further|further|any_more|anymore|again
        made the|my|our|a decision $
        no more meetings|discussions|talk|talks|debates|talking
        no time for this|that|it|games
        like|liked|prefer the first one|option|proposal|idea ,|so|let|$
        no alternatives were|have_been ..1 considered|discussed|looked|needed
        decided ..1 in|within ..2 minutes|seconds|moments
        no reason to ..1 reopen|revisit|discuss|reconsider|rethink|ask
        the only option|one|tool|way|thing|language @WE know|knew|tried|have_used
        deal|live|cope with ..4 later
        boss|manager|ceo|customer|client wants|needs|expects ..3 today|now|tomorrow|tonight|this_afternoon ..1 so|
            hence
        discussion|debate|matter|topic|question|case is ..1 over|closed|finished|settled|done $
    """,
    "easy-words": """
        should|will|would|can|could only|just take|need|cost @FEW
        should|will|would only|just be @FEW ..1 @SPAN|@SMALLTHING
        only|just takes|take @FEW ..1 @SPAN|sprint*
        takes|take|needs|need|is|'s|about @ONLY @FEW ..1 @SPAN
        it|that|this|which|change is|'s @ONLY @FEW ..1 @SMALLTHING
        @BE|that|this|'s @FEW ..1 @SPAN|minutes of|worth|job|task|'s ..1 work|wiring|coding|plumbing|effort|typing|
            job|config*|glue|$
        @FEW ..1 @SPAN of wiring|work|coding|plumbing|effort|typing|glue|hacking|tinkering
        @FEW ..1 @SPAN tops|max|at_most|should|ought|will|would|is_enough|is_plenty|suffices
        @FEW ..1 @SMALLTHING tops|max|at_most|should_do|ought|and_we_are|and_it_is|and_done
        a_couple_of|a_few|one_or_two|two_or_three @SPAN|lines should|will|would|ought|and|is|are|at_most|max
        takes|take|needs|need|only|'s|is|just|about ..1 a|an @SPAN or_two
        done|finish*|ready|knock*|bang*|crank*|whip*|wrap*|ship*|port*|swap*|move*|migrat*|rewrit*|replace*|add*|
            build* ..6 over|before|by the? weekend|lunch|dinner|breakfast|coffee|tomorrow|tonight
        in|within an|one|a|half|single ..2 afternoon|evening|hour|morning|weekend $
        over the weekend
        by tonight|tomorrow_morning|end_of_day|lunch|lunchtime
        only|just|merely|simply|basically|purely|really a|another matter|question|case of
        is|'s nothing_but|nothing_more_than|no_more_than a|an|one|another|single|few|couple ..2 @SMALLTHING
        basically|essentially one|nothing
        is|'s|it mostly|basically|essentially|just|only copy*|copying|search_and|find_and
        all|we|it ..1 have|has|need|needs|takes|take to_do? is change|swap|flip|rename|replace
        it|that|this|which|change|rest|port is|'s|looks ..1 trivial !to|change*|case*|type*
        @BE ..6 , trivial $
        trivial|trivially to do|add|build|implement|write|port|migrate|swap
        should|will|'ll|must|going_to be ..1 @EASY $
        be|is ..1 quick|done_quickly|fast_to_do $
        how_hard|what can|could it|that ..1 be
        nothing to it
        piece_of_cake|in_no_time|child_'s_play|walk_in_the_park
        it|that|this|which is|'s no_big_deal $
        @BE|as|such|, a|an|our? ..2 quick|easy win $
        @BE a|an ..1 one_liner|formality|five_minute|ten_minute|two_minute|five_minutes
        nothing|not_much|what ..1 could|can ..1 take_long|be_hard|be_difficult
        not|hardly take ..1 long $
        should|will|would|'ll be a|an? ..1 quick|tiny|small|easy|simple|minor change|fix|tweak|job|task|thing|patch|
            refactoring|migration|swap
        just|only a|an ..1 quick|tiny|small|minor|simple|little tweak|job|task|swap|refactoring
        knock|bang|crank|churn|whip|hammer|hack ..3 out|up|together ..3 before|by|in|over|within|today|tonight|
            tomorrow|this|$
        can|should|will|would|could|do|does not|never ..1 take|need|cost ..1 more|longer than @FEW|@SPAN
        easy peasy|as_pie|as_that
        is|'s|be just|only|merely|simply renaming|changing|moving|swapping|adding|copying|replacing|flipping|wiring|
            glue|boilerplate|typing|configuration
        rest|remainder|everything_else is|'s ..1 easy|trivial|glue|mechanical|routine|polish|details
        hard|difficult|tricky part|parts|bit is|'s|are ..1 done|over|behind_us|solved
        simple|easy|straightforward|trivial $ ..1 we|just|you|one ..1 just|simply|only
        @BE ..1 straightforward|trivial|easy|simple|quick $ ..2 @FEW ..1 @SPAN
        @FEW ..1 @SPAN should|will|ought_to|would be|do ..2 plenty|enough|ample|do|it|fine|sufficient
        @SPAN ..1 tops|max|at_most
        @FEW ..1 @SPAN 's? work|job|task ..1 at_most|tops|max|$
        a|just|only matter of minutes|hours|days
        is|'s|be basically|essentially|really|mostly changing|renaming|moving|swapping|adding|copying|replacing|
            recompiling|configuration
        how long can|could|will it|that|this
        not much|a_lot to_do|to_change|to_it
        i|we will ..4 tonight|this_evening|over_lunch|this_afternoon $
        in|within a_jiffy|two_shakes|the_blink|a_snap|minutes|a_heartbeat
        not|no be|need|take|cost more|longer than ..2 @SPAN|line|lines
        just|only a|one ..1 quick|simple|small sed|script|search|grep|find|rename|regex|copy|merge|refactor
        @FEW|@NUMBER ..1 @SPAN|sprint|week|weeks|days ,? tops $
        is|'s a|an|one ..2 $ nothing_else|nothing_more|that_is_all|that_is_it
        and we|it is|are there|finished $
        @FEW @SPAN maybe|perhaps $
        simple|small|quick|easy|trivial|minor|tiny|straightforward change|refactoring|fix|tweak|task|job|migration|
            upgrade $ ..1 should|will|done|an|a|half|@FEW
        ^ only|just @FEW lines of code
        ^ quick|easy win $
        should|will|would take @FEW @SPAN|week|sprint $
        @NUMBER @EFFORT at_most|max|maximum|tops
        adding|doing|porting|migrating|switching|moving|upgrading|rewriting|replacing ..3 is|'s|will_be|
            should_be easy|trivial|simple|quick|no_problem $
        it|this|that 's|is an|a ..1 easy|quick|simple|trivial|tiny fix|change|tweak|task|job ,|so|$
        @FEW|two lines of code and|then we|it|you|done
        it|this|that|all|everything will be ready|done|finished tomorrow|tonight|by_tomorrow|today|in_a_day|in_an_hour
        can be done|finished|ready|built|migrated in|within a|an|one|two|half|@FEW ..1 day|days|hour|hours|afternoon|
            evening|weekend|morning $
        almost|nearly|practically identical|the_same|equal ..2 so ..3 quick|easy|trivial|fast|simple
        nothing complicated|difficult|hard|fancy|special
        not complicated|difficult|hard $ ..3 @FEW|hours|days
        did|done something similar ..5 so|should|will
    """,
    # What silences: no signs.
    "concession": """
        although|though|despite|even_if|even_though|notwithstanding
        but|however|yet|nevertheless|nonetheless|still_we
    """,
    "evidence": """
        comparing|compared|evaluating|evaluated|testing
        measur*|benchmark*|profiling|profiled|rehears*|experiment*|load_test*|postmortem*|counted|trial|a_b_test
        the numbers|data|figures say|show|says
        tested|tried|verified|checked on|with|in|both|twice|against|it|them|by|all|for
    """,
    "counted": """
        # out? of the|our|#
        @NUMBER out? of the? our? last? @NUMBER
        # times
        three|four|five|six|seven|eight|nine|ten|several times
        second|third|fourth|fifth|sixth ..2 of|this|time|in|one
        # %|percent|per_cent
    """,
    "took": """
        took|taken|takes ..2 #|twice|longer
        last|previous|earlier|two|three|similar ..3 took|taken|needed
    """,
    "stops": """
        ^ @STOP|delete|remove|end|freeze|stop|roll_back|shut_down|switch_off|give_up_on
        @WE|will|now|, will|should|now? stop|drop|abandon|delete|retire|cancel|shelve|give_up|gave_up|roll_back|kill
        stop|stopped|drop|kill|delete|retire it|them|this|work|now $
        gone_either_way|sunk_cost*|regardless|will_not_come_back|not_come_back
        switch|switching|move|migrate|replace in|to|by|next|from ..1 january|february|march|april|may|june|july|
            august|september|october|november|december|next
    """,
    "doubted": """
        not|nobody|far_from|hardly ..1 sure|certain|obvious|clear|convinced|100
    """,
    "hindsight": """
        turned|turns out
    """,
    "reported": """
        vendor*|supplier*|marketing|sales|salesman|they|he|she|docs|documentation|readme|author*|brochure|provider|
            some|people|critics ..2 claim*|say|says|said|promise*|insist*|think*|believe*|argue*|assure*|advertis*
        claim*|alleged* to|that|by
        supposed*|allegedly|so_called
    """,
    "others-checked": """
        other|second|third|another|three|two|both|all|competing|four ..2 quote*|offer*|bid*|estimate*|vendor*|others
        the other|others two|three|one|ones
        median|average|mean|percentile|p95|p99
    """,
    "asked": """
        how_hard|what can|could it|that ..1 be
        what ..1 can|could possibly? go_wrong
        what|why ..3 @BELIEVED|worry|bother
        did you|you_all see|hear|read
        remember what|when|how
    """,
}
