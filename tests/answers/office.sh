# A small office with something of everything, for the files whose reports are run on it.
set -e
almoner init --body "Test office"
almoner theme add abuse --name "Domestic abuse" --objective "Protecting victims"
almoner theme add youth --name "Young people"
printf '%s\n' decision,decided,recipient,amount,purpose,theme,fund,power,from,to,id,conditions,reasons,confidential \
    '1-2015,2015-03-04,Waveney Forum,12000,Help for victims,abuse,cdr,s9,2015-04-01,2016-03-31,,None,Fewer calls,' \
    '2-2015,2015-04-10,Compassion,6000,Advice,abuse:60%;youth:40%,victims,s143,2015-05-01,2015-10-31,,,,' \
    '4-2015,2015-05-01,Compassion,900,Leaflets,youth,,,,,,,,' \
    'C1-2015,2015-05-02,Hidden Refuge,700,A safe house,abuse,victims,s143,2015-06-01,2016-05-31,,,,yes' \
    >awards.csv
almoner import awards awards.csv --add-missing
almoner recipient identify waveney-forum GB-CHC-1087198
almoner budget set cdr abuse 2015-16 10,000
almoner budget set victims abuse 2015-16 4,000
almoner funding receive victims 5,000 --date 2015-04-20 --from "Ministry of Justice" --return-if-unspent
almoner funding receive cdr 8,000 --date 2015-04-01 --opening-balance
printf 'award,date,amount,reference\n%s\n%s\n%s\n%s\n' 1-2015,2015-04-30,3000,B-1 2-2015,2015-06-30,2500,B-2 \
    4-2015,2015-07-01,600,B-3 C1-2015,2015-07-02,350,B-4 >payments.csv
almoner import payments payments.csv
almoner instalment 1-2015 3,000 --due 2015-07-31
almoner monitoring schedule 1-2015 --every quarter --from 2015-07-15 --to 2016-01-15
almoner monitoring milestone 2-2015 --due 2015-09-30 --name "Worker in post" --holds-payment
almoner monitoring received 1-2015 --due 2015-07-15 --on 2015-07-13 --paper AP15/2 --result "31 families helped"
almoner vary 1-2015 --by-amount 1,200 --decision 5-2015 --date 2015-08-01
almoner extend 2-2015 --to 2015-12-31 --decision 6-2015 --date 2015-08-15
almoner repurpose 1-2015 --decision 7-2015 --date 2015-10-01 --purpose "Youth work" --theme youth
almoner withdraw 4-2015 --decision 8-2015 --date 2015-09-01
almoner refund 2-2015 100 --date 2015-09-15 --reference R-1
almoner indicator add "Recorded incidents" --theme abuse --period 2015-16Q1 --value 1,204 --unit incidents \
    --baseline 1,160 --baseline-period 2014-15Q1 --source "Police recorded crime"
almoner paper add AP15/2 --title "Grants made" --date 2015-06-12 --decision 1-2015 --grant 1-2015
almoner close 2015-03
almoner close 2015-04
almoner pay 1-2015 250 --date 2015-04-29 --reference B-5 --late
almoner pay 1-2015 50 --date 2015-04-30 --reference B-6 --post-to-closed "Requested by the auditor"
